"""`manage.py prove`: what the rules of the next 90 days come to; ends with 1 where that is bad."""

from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.portal import clock, words
from incidents.operations import proving
from incidents.queries import findings


class Command(BaseCommand):
    help = (
        "Prove the rules over the next 90 days of rosters, and say what is wrong. Ends with 1 when"
        " there are findings that nobody silenced."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--zone", default="UTC", help="the zone of the times that are said")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = clock.act_now()
        done = proving.prove(now=now)
        zone = ZoneInfo(options["zone"])
        opened = findings.loud(now=now)
        for one in opened:
            said = words.as_text(one.said, zone=zone, now=now)
            self.stdout.write(f"{said} Owner: {one.owner_name}.")
        self.stdout.write(f"{done.proved} proved again, the others had not changed.")
        if opened:
            raise CommandError(f"{len(opened)} findings.", returncode=1)
        self.stdout.write("Every rule reaches somebody for the next 90 days.")
