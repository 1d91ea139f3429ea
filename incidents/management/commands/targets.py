"""`manage.py targets`: the promised times that come with Muster."""

from typing import Any

from django.core.management.base import BaseCommand

from incidents.operations import shipped


class Command(BaseCommand):
    help = "Put in the promised times that you have not set. Yours are kept."

    def handle(self, *_args: Any, **_options: Any) -> None:
        written = shipped.load_targets()
        said = f"{written} times are promised now." if written else "Every one is there already."
        self.stdout.write(f"{said} They stand in the admin, under “Response targets”.")
