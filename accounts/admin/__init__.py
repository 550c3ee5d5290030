"""The admin of accounts, and what the admins of all rooms are built from."""

from accounts.admin import lockout, users

__all__ = ["lockout", "users"]
