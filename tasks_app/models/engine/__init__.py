"""Rows of the engine: jobs, attempts, stage results, queues, providers, access."""
