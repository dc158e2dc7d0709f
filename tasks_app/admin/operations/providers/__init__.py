"""Providers, their connection test, and the prompts sent to them."""
