"""Slide decks: what one is, whether it says what its sources say, and how it becomes a PowerPoint file."""
