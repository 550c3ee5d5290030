"""How much one may ask in a minute: of an address, and of a token, counted in the database for all processes together."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.lockout import client_address

MINUTE = dt.timedelta(minutes=1)
# Old minutes are thrown away by one request in fifty.
COUNT = """
    WITH gone AS (DELETE FROM api_requests WHERE minute < %s AND (SELECT random() < 0.02))
    INSERT INTO api_requests (client, minute, number) VALUES (%s, %s, 1)
    ON CONFLICT (client, minute) DO UPDATE SET number = api_requests.number + 1 RETURNING number
"""


class PerMinute(BaseThrottle):
    """So many requests of a client in each minute of the clock; ``kind`` names what is counted apart."""

    kind = ""

    def allow_request(self, request: Request, view: Any) -> bool:
        self._now = timezone.now()
        token: Any = request.auth
        who = f"token {token.pk}" if token is not None else f"address {client_address(request)}"
        most = self.most(request)
        if not most:
            return True
        minute = self._now.replace(second=0, microsecond=0)
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [minute - MINUTE, f"{self.kind}{who}"[:100], minute])
            (number,) = cursor.fetchone()
        return bool(number <= most)

    def most(self, request: Request) -> int:
        """How many; 0 is no limit."""
        limits = settings.REQUESTS_PER_MINUTE
        return int(limits["token" if request.auth is not None else "address"])

    def wait(self) -> float:
        """Seconds to the end of the minute."""
        return 60 - self._now.second


class SubmissionsPerMinute(PerMinute):
    """Submissions, which cost more."""

    kind = "submission "

    def most(self, request: Request) -> int:
        return int(settings.REQUESTS_PER_MINUTE["submission"])
