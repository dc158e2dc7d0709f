"""What people may put in and ask for, whether they come through the console or through the API."""
