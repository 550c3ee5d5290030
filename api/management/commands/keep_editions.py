import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from api.editions import keeping
from api.models import EditionDue
from exchange.progress import Progress


class Command(BaseCommand):
    help = "Number what changed outside and was left due: by a crash, by a bulk load, by SQL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="look at every record, whether it is due or not")

    def handle(self, *args: Any, **options: Any) -> None:
        keeping.take_over()
        if options["all"]:
            EditionDue.objects.create(kind=keeping.EVERYTHING, row="")
        keeping.gather_notes()
        progress = Progress(keeping.expected(), "records", sys.stderr)
        looked = keeping.keep_up(progress=lambda now: progress.advance(now - progress.done))
        progress.finish()
        self.stdout.write(f"looked at {looked:,} records in {progress.seconds:.1f} s")
