import os
import sys
from argparse import ArgumentParser
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from exchange.generator.identity import MAX_CLAIMS, MAX_SEED
from exchange.generator.loading import NotReadyError, Order, load
from exchange.processes import WorkerLostError
from exchange.progress import Progress
from exchange.scopes import refreshed
from incidents.scopes import keeping


def whole_number(name: str, text: str, low: int, high: int) -> int:
    """Read an argument. Raises CommandError naming it, the value and what was expected."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 20 and low <= int(text) <= high):
        raise CommandError(f"{name} is {text!r}: expected a whole number from {low:,} to {high:,}")
    return int(text)


class Command(BaseCommand):
    help = "Load a made-up register for measurement; the same numbers give the same rows every time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--claims", required=True, metavar="N", help="how many claims")
        parser.add_argument("--seed", default="1", metavar="S", help="what the rows follow from (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        order = Order(
            claims=whole_number("--claims", str(options["claims"]), 1, MAX_CLAIMS),
            seed=whole_number("--seed", str(options["seed"]), 0, MAX_SEED),
        )
        progress = Progress(order.claims, "claims", sys.stderr)
        try:
            for claims in load(order):
                progress.advance(claims)
        except NotReadyError as error:
            raise CommandError(str(error)) from error
        except (Error, psycopg.Error, WorkerLostError) as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(f"stopped after {progress.done:,} claims, which stay: {reason}") from error
        progress.finish()
        self.stdout.write(
            f"generated {progress.done:,} claims from seed {order.seed} in {progress.seconds:.1f} s"
            f" ({progress.done / progress.seconds:,.0f} claims/s)"
        )
        self._reconcile()

    def _reconcile(self) -> None:
        """What was loaded as the owner is left due: look at what its claims come to."""
        batches = list(keeping.due())
        progress = Progress(sum(map(len, batches)), "incidents", sys.stderr)
        for number in refreshed(batches, processes=os.cpu_count() or 1):
            progress.advance(number)
        progress.finish()
        self.stdout.write(f"reconciled {progress.done:,} incidents in {progress.seconds:.1f} s")
