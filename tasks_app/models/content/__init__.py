"""Rows of what people work with."""
