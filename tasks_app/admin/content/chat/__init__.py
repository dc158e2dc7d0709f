"""Chat sessions and their answers."""
