"""Councils, meetings, agenda items and their summaries."""
