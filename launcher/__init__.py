"""The two commands of the README: everything between a fresh clone and running processes.

Nothing here knows what the project does; it starts servers, prepares the database and keeps processes.
"""
