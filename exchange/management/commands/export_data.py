import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from exchange import export
from exchange.export import EXPORTS
from sources.disclosure import Disclosure
from victims.models import NameRead
from victims.services.names import Reader


class Command(BaseCommand):
    help = "Write an export as CSV: the rows and columns of the API, chosen by the API's filters."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=EXPORTS, metavar="NAME", help=", ".join(EXPORTS))
        parser.add_argument("--format", choices=["csv"], default="csv", help="csv")
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
            "--root", default="/api/v1/", help="address under which the permanent addresses in the file lie"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kind, level = EXPORTS[options["name"]], Disclosure.from_code(options["disclosure"])
        try:
            rows = export.chosen(kind, self._parameters(options["filter"]), level)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        reader = Reader(NameRead.Door.CSV, client=f"export_data, run by system user {os.getuid()}")
        blocks = export.stream(kind, rows, level=level, root=options["root"], reader=reader)
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
