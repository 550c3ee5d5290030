import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from accounts.parameters import check_names
from api.editions.states import LEVELS
from api.v1.files import Asked, forms_of, prepared
from api.v1.then import TAKES, AskedThen, standing
from api.v1.urls import LISTS, WHOLE
from exchange.export import EXPORTS, chosen
from exchange.forms import FORMS
from sources.disclosure import Disclosure
from victims.models import NameRead
from victims.services.names import Reader

BY_EXPORT = {lists.export: lists for lists in (*LISTS.values(), *WHOLE.values()) if lists.export}


class Command(BaseCommand):
    help = "Write an export as a file: the rows and columns of the API, chosen by the API's filters."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=EXPORTS, metavar="NAME", help=", ".join(EXPORTS))
        parser.add_argument("--format", choices=sorted(FORMS), default="csv", help="csv unless given")
        parser.add_argument("--hxl", action="store_true", help="put the HXL tags below the header")
        parser.add_argument("--fields", metavar="NAME,NAME", help="these columns alone, or these keys of JSON")
        parser.add_argument("--out", default="-", metavar="FILE|-", help="where to write; - is standard output")
        parser.add_argument(
            "--filter", action="append", default=[], metavar="KEY=VALUE", help="a filter of the API; may be repeated"
        )
        parser.add_argument(
            "--disclosure",
            choices=[level.code for level in Disclosure],
            default=Disclosure.PUBLIC.code,
            help="for a reader of which level (default public)",
        )
        parser.add_argument(
            "--as-of",
            metavar="WHEN",
            help="what was outside then, as it was told then: a day, to its end, or a time with zone",
        )
        parser.add_argument(
            "--root", default="/api/v1/", help="address under which the permanent addresses in the file lie"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kind, form = EXPORTS[options["name"]], FORMS[options["format"]]
        level = Disclosure.from_code(options["disclosure"])
        if form not in forms_of(kind):
            there = ", ".join(one.name for one in forms_of(kind))
            raise CommandError(f"--format {form.name}: {kind.name} has {there}")
        reader = Reader(NameRead.Door.CSV, client=f"export_data, run by system user {os.getuid()}")
        lists = BY_EXPORT.get(kind.name)
        given, filters = self._given(options), self._parameters(options["filter"])
        try:
            of, rows = (
                (Asked, chosen(kind, filters, level, form))
                if options["as_of"] is None
                else self._then(lists, level, filters, given)
            )
            asked = of(
                rows, level, options["root"], reader, given, lists=lists and lists.at(level, reader), export=kind
            )
            blocks = prepared(form, asked)()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        if options["out"] == "-":
            self._write(blocks, sys.stdout.buffer)
            return
        try:
            with Path(options["out"]).open("wb") as file:
                size = self._write(blocks, file)
        except OSError as error:
            raise CommandError(f"--out {options['out']}: {error.strerror}") from error
        self.stderr.write(f"{options['out']}: {size} bytes")

    @staticmethod
    def _then(lists: Any, level: Disclosure, filters: QueryDict, given: QueryDict) -> tuple[type[Asked], Any]:
        """What was outside at a time; the filters are those that the API takes with ``as_of``."""
        if lists is None or not lists.as_of:
            there = ", ".join(sorted(name for name, one in BY_EXPORT.items() if one.as_of))
            raise CommandError(f"--as-of: of {there}")
        if level not in LEVELS:
            raise CommandError(
                "--as-of: what is restricted was outside for nobody; expected --disclosure public or partner"
            )
        check_names(filters, TAKES[lists.kind])
        filters["as_of"] = str(given["as_of"])
        return AskedThen, standing(lists.kind, level, filters)

    @staticmethod
    def _given(options: dict[str, Any]) -> QueryDict:
        """What of the options the API has as parameters that are no filters."""
        given = QueryDict(mutable=True)
        given["hxl"] = "true" if options["hxl"] else "false"
        if options["fields"] is not None:
            given["fields"] = options["fields"]
        if options["as_of"] is not None:
            given["as_of"] = options["as_of"]
        return given

    @staticmethod
    def _parameters(given: list[str]) -> QueryDict:
        parameters = QueryDict(mutable=True)
        for pair in given:
            key, separator, value = pair.partition("=")
            if not separator:
                raise CommandError(f"--filter {pair}: expected KEY=VALUE")
            parameters.appendlist(key, value)
        return parameters

    @staticmethod
    def _write(blocks: Any, file: BinaryIO) -> int:
        size = 0
        for block in blocks:
            size += file.write(block)
        file.flush()
        return size
