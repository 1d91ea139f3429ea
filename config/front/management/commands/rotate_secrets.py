"""`manage.py rotate_secrets`: stored secrets under the newest key of FIELD_KEYS."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand

from incidents.operations import secrets as of_doors
from rosters.operations import secrets as of_people


class Command(BaseCommand):
    help = "Put every stored secret under the newest key of FIELD_KEYS."

    def handle(self, *_args: Any, **_options: Any) -> None:
        people, doors = of_people.rotate(), of_doors.rotate()
        self.stdout.write(f"{people.done + doors.done} secrets are under the newest key.")
        self._tell("No key in FIELD_KEYS opens these authenticators", people.unreadable)
        self._tell(
            "The calendars of these layers need their address again", people.unreadable_calendars
        )
        self._tell("These carriers need their settings again", people.unreadable_carriers)
        self._tell("These alert sources need a new secret under Signals", doors.unreadable_sources)
        self._tell("These webhooks need their address and secret again", doors.unreadable_webhooks)

    def _tell(self, what: str, rows: Iterable[object]) -> None:
        named = ", ".join(map(str, rows))
        if named:
            self.stderr.write(f"{what}: {named}.")
