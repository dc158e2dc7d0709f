"""What benchmarks share: scratch databases, workers, servers, reports."""
