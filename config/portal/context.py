"""What every page knows of its reader and of this installation."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from config.portal import clock, words

THEMES = frozenset({"light", "dark"})


@dataclass(frozen=True)
class Portal:
    """The reader's zone and `now` for this page, the theme they chose, and whom to phone."""

    zone: tzinfo
    now: datetime
    embedded: bool = False
    duty_name: str = ""
    duty_phone: str = ""
    theme: str = ""
    uses_shortcuts: bool = True

    @property
    def language(self) -> str:
        """What the page is written in: not every page is translated."""
        return get_language() or "en"

    @property
    def zone_name(self) -> str:
        return words.zone_name(self.zone, now=self.now)

    @property
    def duty_link(self) -> str:
        """The duty number as a link that a phone dials; empty when there is none."""
        digits = "".join(sign for sign in self.duty_phone if sign.isdigit() or sign == "+")
        return f"tel:{digits}" if digits else ""

    @property
    def script_words(self) -> str:
        """The patterns of countdowns, as JSON for portal.js."""
        return json.dumps(words.script_words())


def portal(request: HttpRequest) -> dict[str, Any]:
    """`portal`: the ground that every template stands on. Asks the database nothing."""
    reader = getattr(request, "user", None)
    theme = getattr(reader, "theme", "")
    return {
        "portal": Portal(
            zone=_zone_of(reader),
            now=clock.show_now(),
            embedded=bool(getattr(settings, "EMBEDDED", False)),
            duty_name=getattr(settings, "DUTY_NAME", ""),
            duty_phone=getattr(settings, "DUTY_PHONE", ""),
            theme=theme if theme in THEMES else "",
            uses_shortcuts=getattr(reader, "uses_shortcuts", True),
        )
    }


def _zone_of(user: object) -> tzinfo:
    name = getattr(user, "time_zone", "")
    return ZoneInfo(name) if name else UTC
