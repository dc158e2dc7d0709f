"""Rules about characters, numbers, names and terms."""
