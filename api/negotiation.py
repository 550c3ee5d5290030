"""Choosing the format: by ``format=`` first, then by ``Accept``; an unknown ``format`` is an error that says so."""

from collections.abc import Iterable, Iterator
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer

from accounts.parameters import refuse


class FormatNegotiation(DefaultContentNegotiation):
    """DRF's own, but an unknown format answers 400 and names the ones there are, instead of 404."""

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[Any]:  # noqa: A002  DRF's name
        renderers = list(renderers)
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            allowed = ", ".join(renderer.format for renderer in renderers)
            raise refuse("format", format, f"expected {allowed}.")
        return found


class CsvRenderer(BaseRenderer):
    """Announces CSV; the answer itself is streamed from the database and never passes through ``render``."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> Iterator[bytes]:
        raise NotImplementedError("CSV is streamed by the export.")
