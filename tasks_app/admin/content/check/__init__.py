"""Document checks: what was found, decisions about it, terms and preferences."""
