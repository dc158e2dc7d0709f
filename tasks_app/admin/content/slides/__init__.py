"""Slide decks and their templates."""
