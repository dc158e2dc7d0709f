"""Transcriptions and what is made of them."""
