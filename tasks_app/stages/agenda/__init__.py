"""Stages of jobs about a whole agenda item."""
