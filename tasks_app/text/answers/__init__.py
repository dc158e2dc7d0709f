"""Answers to questions: ranking, an extractive answer, citations and how they are verified."""
