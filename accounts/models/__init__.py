from accounts.models.history import HistoryEntry
from accounts.models.user import User

__all__ = ["HistoryEntry", "User"]
