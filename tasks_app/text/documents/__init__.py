"""Any document: chunks, formatting, an extractive summary, differences, exports."""
