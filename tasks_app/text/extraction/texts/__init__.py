"""Readers of plain text, Markdown, CSV and web pages."""
