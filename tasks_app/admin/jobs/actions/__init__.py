"""What staff can do to one job or to many."""
