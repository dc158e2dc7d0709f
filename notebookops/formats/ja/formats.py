"""Japanese date and time formats, with seconds: staff compare times with log lines."""

DATETIME_FORMAT = "Y年n月j日 H:i:s"
SHORT_DATETIME_FORMAT = "Y/m/d H:i:s"
TIME_FORMAT = "H:i:s"
