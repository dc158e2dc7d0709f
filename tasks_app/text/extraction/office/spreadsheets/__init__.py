"""Excel files, and how their cells show numbers and dates."""
