"""This checkout: its folder, environment, secrets, installation and locks."""
