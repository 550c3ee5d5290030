"""The admin of accounts, and what the admins of all rooms are built from."""

from accounts.admin import lockout, tokens, users

__all__ = ["lockout", "tokens", "users"]
