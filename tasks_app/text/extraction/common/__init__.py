"""What all readers share: limits, results, lines, ZIP archives."""
