"""One attempt at a job: what runs its stages and saves them."""
