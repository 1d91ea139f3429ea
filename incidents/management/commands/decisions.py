"""`manage.py decisions`: the decisions that come with Muster, and who may take them."""

from typing import Any

from django.core.management.base import BaseCommand

from incidents.operations import shipped


class Command(BaseCommand):
    help = "Put the decisions that come with Muster beside yours. Yours are kept."

    def handle(self, *_args: Any, **_options: Any) -> None:
        written = shipped.load_decisions()
        said = f"{written} decisions are there now." if written else "Every one is there already."
        self.stdout.write(f"{said} Who may take them stands in the admin, under “Decision rights”.")
