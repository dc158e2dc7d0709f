"""Pages about running the system: dashboard, queues, workers, schedules, providers, access."""
