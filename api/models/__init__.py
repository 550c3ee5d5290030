from api.models.edition import Edition, EditionClock, EditionDue, EditionText
from api.models.requests import RequestCount
from api.models.submission import Submission, SubmittedClaim

__all__ = ["Edition", "EditionClock", "EditionDue", "EditionText", "RequestCount", "Submission", "SubmittedClaim"]
