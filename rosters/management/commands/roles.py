"""`manage.py roles`: the roles that come with Muster."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rosters.operations import roles


class Command(BaseCommand):
    help = "Put the roles that come with Muster beside yours. Yours are kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--renew",
            action="store_true",
            help="also write what is shipped over roles of the same name",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        written = roles.load(renew=options["renew"])
        if written:
            self.stdout.write(f"{written} roles are in the contact matrix now: /contacts/")
        else:
            self.stdout.write("Every role is there already.")
