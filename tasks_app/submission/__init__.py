"""What people may submit and ask for, whether they come through the console or through the API."""
