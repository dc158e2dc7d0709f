"""What bin/test runs: checks and tests."""
