"""What the launcher says instead of a traceback."""


class LauncherError(Exception):
    """Something a person has to see to; the message says what, and what to do about it."""
