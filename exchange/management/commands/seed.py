from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from exchange.seeding.founding_case import FoundingCase
from exchange.seeding.reference import load_reference


class Command(BaseCommand):
    help = "Load the reference tables and the founding case. Running it again adds only what is missing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        self.quiet = options["verbosity"] == 0
        recorder, reviewer = self._account("seed-recorder"), self._account("seed-reviewer")
        for name, added in load_reference(by=recorder, at=timezone.now()).items():
            self._report(f"{name}: {added} added")
        recorder.groups.set(Group.objects.filter(name="analyst"))
        reviewer.groups.set(Group.objects.filter(name__in=["reviewer", "publisher"]))
        FoundingCase(recorder=recorder, reviewer=reviewer, clock=timezone.now, report=self._report).load()

    def _report(self, line: str) -> None:
        if not self.quiet:
            self.stdout.write(line)

    @staticmethod
    def _account(name: str) -> User:
        """An account that nobody can log in with: inactive but in memory, while this command acts for it."""
        account, _ = User.objects.get_or_create(
            username=name, defaults={"is_active": False, "password": "!", "pseudonym": "Sijil"}
        )
        account.is_active = True
        return account
