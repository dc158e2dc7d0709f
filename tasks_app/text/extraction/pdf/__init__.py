"""Reading PDF files, and OCR of scanned pages."""
