"""For whoever runs the server, where no administrator is left who could."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import second_factor
from accounts.models import User


class Command(BaseCommand):
    help = "Takes away a person's second factor and logs them out everywhere; the reason is kept in the history."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--why", required=True, help="the reason, for colleagues and auditors")

    def handle(self, *, username: str, why: str, **_options: Any) -> None:
        try:
            person = User.objects.get(username=username)
            second_factor.reset(person, by=None, at=timezone.now(), why=why)
        except User.DoesNotExist as error:
            raise CommandError(f"there is no user {username}") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"sijil: the second factor of {username} was reset")
