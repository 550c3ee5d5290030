import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from api.editions import keeping
from api.editions.telling import in_processes
from api.models import EditionDue
from exchange.progress import Progress

MOST_PROCESSES = 8
SHARED_OUT_FROM = 10_000
"""Records; fewer are told sooner than processes begin."""


class Command(BaseCommand):
    help = "Number what changed outside and was left due: by a crash, by a bulk load, by SQL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="look at every record, whether it is due or not")

        parser.add_argument(
            "--processes", type=int, default=min(os.cpu_count() or 1, MOST_PROCESSES), metavar="N",
            help="how many read the records of large backlogs (default: one a processor)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        keeping.take_over()
        if options["all"]:
            EditionDue.objects.create(kind=keeping.EVERYTHING, row="")
        keeping.gather_notes()
        progress = Progress(keeping.expected(), "records", sys.stderr)
        with in_processes(options["processes"] if progress.total > SHARED_OUT_FROM else 1) as teller:
            looked = keeping.keep_up(progress=lambda now: progress.advance(now - progress.done), teller=teller)
        progress.finish()
        self.stdout.write(f"looked at {looked:,} records in {progress.seconds:.1f} s")
