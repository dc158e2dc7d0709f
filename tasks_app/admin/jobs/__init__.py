"""Jobs: the list, the page of one job, grouped errors."""
