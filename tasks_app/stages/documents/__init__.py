"""Stages of every document: fetch, extract, chunk, embed, format, summarise."""
