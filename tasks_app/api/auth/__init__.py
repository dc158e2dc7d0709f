"""Who calls the API, and what they may see and how often."""
