from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from exchange.codebook import codebook


class Command(BaseCommand):
    help = "Write docs/codebook.md from the registry of export columns."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the file is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "codebook.md"
        text = "\n".join(codebook()) + "\n"
        if not options["check"]:
            path.write_text(text, encoding="utf-8")
            return
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError("docs/codebook.md is out of date; run manage.py codebook")
