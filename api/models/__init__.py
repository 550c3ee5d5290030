from api.models.edition import Edition, EditionClock, EditionDue, EditionText
from api.models.requests import RequestCount

__all__ = ["Edition", "EditionClock", "EditionDue", "EditionText", "RequestCount"]
