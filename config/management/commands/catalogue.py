"""Bring the catalogues of translations up to date, or say what they lack."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.environment import CHECKOUT


class Command(BaseCommand):
    help = (
        "Finds every text that people read, ours and that of the packages, and brings locale/ up to date with what is "
        "translated of it. With --check, changes nothing and fails if anything lacks a translation."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="List what is missing or wrong, and exit 1 if any is.")

    def handle(self, *, check: bool, **_options: Any) -> None:
        try:
            from config import catalogue
        except ImportError as error:
            raise CommandError("catalogues are made with Babel; install requirements/dev.txt") from error
        if not check:
            for book in catalogue.books(CHECKOUT):
                catalogue.update(book)
        problems = catalogue.all_problems(CHECKOUT)
        for problem in problems:
            self.stdout.write(problem)
        if check and problems:
            raise CommandError(f"{len(problems)} to mend; run manage.py catalogue, then translate what locale/ lists")
        self.stdout.write("every text is translated" if not problems else f"{len(problems)} to mend")
