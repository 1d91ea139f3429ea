"""Renew docs/openapi.json, the description of the API that changes are compared with."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.api import document


class Command(BaseCommand):
    help = "Write the description of the API to docs/openapi.json."

    def handle(self, *_args: Any, **_options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "openapi.json"
        path.write_text(document.as_text(), encoding="utf-8")
        self.stdout.write(f"Written: docs/openapi.json, {len(document.document()['paths'])} paths.")
