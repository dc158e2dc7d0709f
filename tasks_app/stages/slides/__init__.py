"""The stages of slide decks: outline, write, render, draw pictures."""
