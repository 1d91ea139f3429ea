"""`manage.py rotate_secrets`: stored secrets under the newest key of FIELD_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from rosters.operations import secrets


class Command(BaseCommand):
    help = "Put every stored secret under the newest key of FIELD_KEYS."

    def handle(self, *_args: Any, **_options: Any) -> None:
        rotation = secrets.rotate()
        self.stdout.write(f"{rotation.done} secrets are under the newest key.")
        if rotation.unreadable:
            rows = ", ".join(map(str, rotation.unreadable))
            self.stderr.write(f"No key in FIELD_KEYS opens these authenticators: {rows}.")
        if rotation.unreadable_calendars:
            rows = ", ".join(map(str, rotation.unreadable_calendars))
            self.stderr.write(f"The calendars of these layers need their address again: {rows}.")
