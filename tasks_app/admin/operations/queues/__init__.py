"""Queues: statistics, pausing and draining."""
