"""Everything that changes the state of a job."""
