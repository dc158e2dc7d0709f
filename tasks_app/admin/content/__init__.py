"""Pages about what people work with; each product area has a folder."""
