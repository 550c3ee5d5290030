import os
import sys
from argparse import ArgumentParser
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from api.editions import keeping as editions
from exchange.processes import WorkerLostError
from exchange.progress import Progress
from exchange.scopes import refreshed
from incidents.scopes import keeping


class Command(BaseCommand):
    help = "Look again at what claims come to. Scopes keep their identity; only what differs is written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--due", action="store_true", help="only incidents that were written by SQL or by the owner"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        batches = list(keeping.due() if options["due"] else keeping.every_incident())
        progress = Progress(sum(map(len, batches)), "incidents", sys.stderr)
        try:
            for number in refreshed(batches, processes=os.cpu_count() or 1):
                progress.advance(number)
        except (Error, psycopg.Error, WorkerLostError) as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(f"stopped after {progress.done:,} incidents, which stay: {reason}") from error
        progress.finish()
        editions.gather_notes()
        self.stdout.write(f"looked at {progress.done:,} incidents in {progress.seconds:.1f} s")
