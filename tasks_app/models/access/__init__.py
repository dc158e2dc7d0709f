"""Rows about who came in and what they took along."""
