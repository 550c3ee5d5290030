"""The admin of accounts, and what the admins of all rooms are built from."""

from accounts.admin import users

__all__ = ["users"]
