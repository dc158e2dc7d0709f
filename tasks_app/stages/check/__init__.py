"""Stages of a document check."""
