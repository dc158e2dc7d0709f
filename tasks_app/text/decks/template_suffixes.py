"""What the names of templates end with."""

SUFFIXES = (".pptx", ".potx")
MACRO_SUFFIXES = (".pptm", ".potm", ".ppsm", ".ppam")
"""Refused, with a message of their own."""
