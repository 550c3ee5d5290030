"""Reading what was sent: JSON and nothing else, held to the shapes that the schema shows."""

import json
import re
import types
import typing
from functools import cache
from typing import Any

from rest_framework import exceptions
from rest_framework.request import Request

from api.submitting.faults import Faults, Path, shown
from api.v1.shapes.basic import Words
from api.v1.shapes.limits import LARGEST, Rows, Text, Whole

LARGEST_BODY = 5 * 1024 * 1024
LARGEST_EXACT = 2**53
"""Up to here a number with a decimal point names one whole number and no other."""
UNKNOWN_KEYS_TOLD = 5
EMPTY = "The body is empty; expected a claim, or an object with claims."


class TooLarge(exceptions.APIException):
    """A body that is not read to its end."""

    status_code = 413
    default_detail = f"The body is larger than {LARGEST_BODY} bytes; send it in parts."
    default_code = "too_large"


def body_of(request: Request) -> Any:
    """The JSON that was sent. Raises APIException: 400, 413, 415."""
    length = str(request.META.get("CONTENT_LENGTH") or "")
    if length in ("", "0") and "Transfer-Encoding" not in request.headers:
        raise exceptions.ParseError(EMPTY)
    media_type, _semicolon, parameters = (request.content_type or "").partition(";")
    charset = re.search(r"charset=\"?([^\s;\"]+)", parameters, re.IGNORECASE)
    if media_type.strip().lower() != "application/json" or (charset and charset[1].lower() not in ("utf-8", "utf8")):
        raise exceptions.UnsupportedMediaType(media_type, detail="Content-Type: expected application/json in UTF-8.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise exceptions.UnsupportedMediaType(media_type, detail="Content-Encoding: expected none.")
    if length.isdecimal() and int(length) > LARGEST_BODY:
        raise TooLarge
    sent = request._request.read(LARGEST_BODY + 1)  # noqa: SLF001  Django's own: DRF's parsers know no limit
    if len(sent) > LARGEST_BODY:
        raise TooLarge
    return parsed(sent)


def parsed(sent: bytes) -> Any:
    """The JSON of a body: one value, no key twice, no number that is none. Raises ParseError."""
    if not sent.strip():
        raise exceptions.ParseError(EMPTY)
    try:
        return json.loads(sent.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError as error:
        raise exceptions.ParseError("The body is nested too deeply.") from error
    except UnicodeDecodeError as error:
        raise exceptions.ParseError(f"The body is not UTF-8, from byte {error.start}.") from error
    except ValueError as error:
        raise exceptions.ParseError(f"The body is not JSON: {shown(str(error))}.") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _value in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {shown(twice)} is there twice")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def held_to(kind: Any, value: Any, path: Path, faults: Faults) -> Any:
    """The value as a shape has it; what is wrong with it goes to ``faults``."""
    if typing.is_typeddict(kind):
        return _object(kind, value, path, faults)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.NotRequired:
        return held_to(arguments[0], value, path, faults)
    if origin is typing.Annotated:
        return _limited(arguments[0], arguments[1], value, path, faults)
    if origin in (types.UnionType, typing.Union):
        return _one_of(arguments, value, path, faults)
    if kind is bool:
        if not isinstance(value, bool):
            faults.refuse(path, value, "true or false", "type")
        return value
    raise TypeError(f"no way to read {kind!r}")


def _one_of(options: tuple[Any, ...], value: Any, path: Path, faults: Faults) -> Any:
    """Null where that is one of the options; an object as the shape among them; anything else as the other one."""
    if value is None and type(None) in options:
        return None
    kinds = [option for option in options if option is not type(None)]
    objects = [kind for kind in kinds if typing.is_typeddict(kind)]
    return held_to((objects if isinstance(value, dict) and objects else kinds)[0], value, path, faults)


@cache
def _kinds(shape: Any) -> dict[str, Any]:
    return typing.get_type_hints(shape, include_extras=True)


def _object(shape: Any, value: Any, path: Path, faults: Faults) -> Any:
    if not isinstance(value, dict):
        faults.refuse(path, value, "an object", "type")
        return value
    kinds = _kinds(shape)
    unknown = [name for name in value if name not in kinds]
    for name in unknown[:UNKNOWN_KEYS_TOLD]:
        faults.add((*path, name), f"There is no such key; expected {', '.join(sorted(kinds))}.", "unknown_key")
    read = {}
    for name, kind in kinds.items():
        if name in value:
            read[name] = held_to(kind, value[name], (*path, name), faults)
        elif name in shape.__required_keys__:
            faults.add((*path, name), "It is missing; a value is needed.", "required")
    return read


def _limited(kind: Any, limit: Any, value: Any, path: Path, faults: Faults) -> Any:
    match limit:
        case Rows():
            return _list(kind, limit, value, path, faults)
        case Whole():
            return _whole(value, path, faults)
        case Words():
            if not isinstance(value, str) or value not in limit.allowed:
                faults.refuse(path, value, f"one of {', '.join(limit.allowed)}")
        case Text():
            _text(limit, value, path, faults)
    return value


def _list(kind: Any, limit: Rows, value: Any, path: Path, faults: Faults) -> Any:
    if not isinstance(value, list) or not limit.least <= len(value) <= limit.most:
        faults.refuse(path, value, f"a list of {limit.least} to {limit.most}")
        return value
    return [held_to(typing.get_args(kind)[0], one, (*path, at), faults) for at, one in enumerate(value)]


def _whole(value: Any, path: Path, faults: Faults) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) <= LARGEST_EXACT:
        value = int(value)  # some programs write 4.0 where a column has gaps
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        faults.refuse(path, value, f"a whole number from 0 to {LARGEST}, without quotation marks")
    return value


def _text(limit: Text, value: Any, path: Path, faults: Faults) -> None:
    if not isinstance(value, str):
        faults.refuse(path, value, "text", "type")
    elif "\x00" in value:
        faults.refuse(path, value, "text without a NUL character")
    elif not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        faults.refuse(path, value, "text without halves of characters (lone surrogates)")
    elif not limit.shortest <= len(value) <= limit.longest:
        words = f"{limit.shortest} to {limit.longest}" if limit.shortest else f"at most {limit.longest}"
        faults.refuse(path, value, f"text of {words} characters, not {len(value)}", "length")
    elif limit.pattern and not re.fullmatch(limit.pattern, value):
        faults.refuse(path, value, limit.meaning)
