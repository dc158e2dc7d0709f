"""Councils, meetings, agenda items, their materials and summaries."""
