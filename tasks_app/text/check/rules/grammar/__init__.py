"""Rules about grammar, style and length."""
