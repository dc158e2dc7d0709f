"""Document checks, terms and preferences."""
