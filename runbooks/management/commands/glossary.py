"""`manage.py glossary`: the words that come with Muster."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from runbooks.operations import glossary


class Command(BaseCommand):
    help = "Put the words that come with Muster into the glossary. Yours are kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--renew",
            action="store_true",
            help="also write the shipped words over those of the same name",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        written = glossary.load(renew=options["renew"])
        if written:
            self.stdout.write(f"{written} words are in the glossary now: /glossary/")
        else:
            self.stdout.write("Every word is in the glossary already.")
