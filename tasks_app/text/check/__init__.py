"""Checking a document: rules, quotations, and the results as Word comments."""
