from accounts.models.desk import SavedList, Visit
from accounts.models.history import HistoryEntry
from accounts.models.second_factor import SecondFactor
from accounts.models.token import Token, TokenUse
from accounts.models.user import User

__all__ = ["HistoryEntry", "SavedList", "SecondFactor", "Token", "TokenUse", "User", "Visit"]
