"""The dashboard on the start page."""
