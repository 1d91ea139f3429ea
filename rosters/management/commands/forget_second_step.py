"""`manage.py forget_second_step mei@example.com`: for somebody who lost every device."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rosters.models import Person
from rosters.operations import secrets


class Command(BaseCommand):
    help = "Take away the passkeys, the authenticator app and the recovery codes of one person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *_args: Any, **options: Any) -> None:
        person = Person.objects.filter(email=Person.normalize_email(options["email"])).first()
        if person is None:
            raise CommandError(f"Nobody has the e-mail address {options['email']}.")
        gone = secrets.forget_second_step(person)
        self.stdout.write(f"{gone} second steps of {person} are taken away.")
