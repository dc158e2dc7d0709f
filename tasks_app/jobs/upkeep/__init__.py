"""Periodic work: schedules, retention, and comparing records."""
