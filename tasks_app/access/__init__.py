"""Who came in, from where, what they took along, and who is kept out for a while."""
