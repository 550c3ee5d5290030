import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from incidents.integrity import Breach, broken
from incidents.integrity.checks import keep
from incidents.integrity.rules import RULES
from incidents.models import Incident


class Command(BaseCommand):
    help = "Look for rows that break a rule spanning rows; lists them, and exits with 1 if there are any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=1000, metavar="N", help="rows listed for each rule (1000)")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        found: list[Breach] = []
        for number, rule in enumerate(RULES, start=1):
            if sys.stderr.isatty():
                self.stderr.write(f"\r\033[K{number} of {len(RULES)} rules: {rule.code}", ending="")
            with connection.cursor() as cursor:
                found += broken(rule, cursor, limit=options["limit"])
        if sys.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")
        named = dict(
            Incident.objects.filter(pk__in={one.incident for one in found} - {None}).values_list("pk", "reference")
        )
        for one in found:
            where = f" ({named[one.incident]})" if one.incident in named else ""
            self.stdout.write(f"{one.rule.code}: {one.table} {one.key}{where}: {one.rule.label}")
        keep(found, at=timezone.now())
        self.stdout.write(f"{len(RULES)} rules, {len(found):,} breaches, {time.monotonic() - began:.1f} s")
        if found:
            sys.exit(1)
