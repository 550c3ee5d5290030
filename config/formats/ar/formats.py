"""Arabic: Django has no format for a date with its time, and would use the American one."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "Y-m-d H:i"
