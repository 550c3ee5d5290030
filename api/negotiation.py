"""Choosing the format: by ``format=`` first, then by ``Accept``; an unknown ``format`` is an error that says so."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.utils.http import parse_header_parameters
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from accounts.parameters import refuse
from exchange.forms import FORMS, Form


class Accepted(NamedTuple):
    """One of the media types that a client takes, with how gladly."""

    main: str
    sub: str
    parameters: dict[str, str]
    quality: float

    @property
    def precision(self) -> int:
        return (self.main != "*") + (self.sub != "*") + bool(self.parameters)

    def takes(self, media_type: str) -> bool:
        """Whether it is this one; of parameters, those that tell our own forms apart count."""
        kind, parameters = parse_header_parameters(media_type)
        main, _, sub = kind.partition("/")
        return self.main in {"*", main} and self.sub in {"*", sub} and parameters.items() <= self.parameters.items()


class FormatNegotiation(DefaultContentNegotiation):
    """DRF's own, but an unknown format answers 400 and names the ones there are, instead of 404; and how gladly a client
    takes each form counts, as RFC 9110 says.
    """

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderers = list(renderers)
        format = request.query_params.get("format") or format_suffix  # noqa: A001  DRF's name
        if format:
            found = self.filter_renderers(renderers, format)[0]
            return found, found.media_type
        accepted = list(_accepted(request.META.get("HTTP_ACCEPT") or "*/*"))
        rated = [
            (quality, -number, renderer, media_type)
            for number, renderer in enumerate(renderers)
            for media_type in getattr(renderer, "media_types", (renderer.media_type,))
            if (quality := _quality(media_type, accepted)) > 0
        ]
        if not rated:
            raise NotAcceptable(
                f"Accept: expected {', '.join(str(one.media_type) for one in renderers)}; or leave it out, and add format=."
            )
        _, _, renderer, media_type = max(rated, key=lambda one: one[:2])
        return renderer, media_type

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[Any]:  # noqa: A002  DRF's name
        renderers = list(renderers)
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            allowed = ", ".join(renderer.format for renderer in renderers)
            raise refuse("format", format, f"expected {allowed}.")
        return found


def _accepted(header: str) -> Iterator[Accepted]:
    """What a header lists; what in it cannot be read accepts nothing."""
    for part in header.split(","):
        try:
            kind, parameters = parse_header_parameters(part)
            quality = float(parameters.pop("q", "1"))
        except ValueError:
            continue
        main, separator, sub = kind.partition("/")
        if separator and main and sub and 0 <= quality <= 1:
            yield Accepted(main, sub, parameters, quality)


def _quality(media_type: str, accepted: Sequence[Accepted]) -> float:
    """How gladly it is taken: what is said of it most precisely counts."""
    said = [one for one in accepted if one.takes(media_type)]
    return max(said, key=lambda one: one.precision).quality if said else 0


class FileRenderer(BaseRenderer):
    """Announces a form of file; the answer itself is streamed and never passes through ``render``."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.format = form.name
        self.media_types = form.media_types
        self.media_type = form.media_types[0]

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> Iterator[bytes]:
        raise NotImplementedError("Files are streamed.")


def file_renderers(forms: Iterable[str]) -> list[FileRenderer]:
    return [FileRenderer(FORMS[name]) for name in forms]
