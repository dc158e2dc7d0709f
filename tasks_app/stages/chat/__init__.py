"""Stages that answer a question in a chat."""
