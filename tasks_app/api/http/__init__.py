"""Requests and responses: parsers, problems, caching, idempotency keys."""
