"""The list of jobs: search, filters, export, and how errors are grouped."""
