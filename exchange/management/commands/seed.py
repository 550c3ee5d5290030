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
        recorder, reviewer = self._account("seed-recorder"), self._account("seed-reviewer")
        added = load_reference(by=recorder, at=timezone.now())
        recorder.groups.set(Group.objects.filter(name="analyst"))
        reviewer.groups.set(Group.objects.filter(name__in=["reviewer", "publisher"]))
        added |= FoundingCase(recorder=recorder, reviewer=reviewer, clock=timezone.now).load()
        if options["verbosity"] > 0:
            lines = [f"{name}: {number} added" for name, number in added.items() if number]
            self.stdout.write("\n".join(lines) or "nothing was missing")

    @staticmethod
    def _account(name: str) -> User:
        """An account that nobody can log in with: inactive but in memory, while this command acts for it."""
        account, _ = User.objects.get_or_create(
            username=name, defaults={"is_active": False, "password": "!", "pseudonym": "Sijil"}
        )
        account.is_active = True
        return account
