"""Bundled documents that show what each kind does. Towns, people and figures in them are invented."""
