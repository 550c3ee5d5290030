"""Validators: an answer is the same as long as nothing changed that its reader could see, which the editions know."""

import datetime as dt
import hashlib
import secrets
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from sources.disclosure import Disclosure


class KnownAlready(Exception):  # noqa: N818  it is no error: the client has the answer
    """The answer that says so."""

    def __init__(self, answer: HttpResponseBase) -> None:
        super().__init__(str(answer.status_code))
        self.answer = answer


def standing_of(level: Disclosure) -> tuple[bool, int]:
    """See ``keeping.standing``."""
    from api.editions.keeping import standing  # editions are made of the lists that ask for this

    return standing(level)


def validator(request: Request, level: Disclosure, form: str, number: int | None) -> str:
    """The validator of the answer to this request, without making it.

    It rests on the number of the last change that readers of the level can know of, so that what is hidden from them changes no
    validator; on the day, for grades hold from a day; and on the program that answers. While changes wait to be numbered,
    ``number`` is None, and it is one that nobody is given twice.
    """
    parts = (
        request.build_absolute_uri(),
        form,
        str(level.value),
        secrets.token_hex() if number is None else str(number),
        timezone.now().date().isoformat(),
        _program(),
    )
    return f'W/"{hashlib.blake2b(chr(0).join(parts).encode(), digest_size=12).hexdigest()}"'


@cache
def _program() -> str:
    """When the newest file of the program was written: another one may answer in other words."""
    newest = max(path.stat().st_mtime for path in Path(settings.BASE_DIR).glob("*/**/*.py"))
    return dt.datetime.fromtimestamp(newest, tz=dt.UTC).isoformat()
