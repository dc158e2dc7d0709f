"""Stages that summarise the minutes of a meeting."""
