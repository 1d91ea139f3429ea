"""Where one source posts, and how its tool is set up to do so."""

import json
from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from incidents.intake.kind import BARE_TEXT, PLACE, Door, Guide, Kind
from incidents.intake.kinds import KINDS
from incidents.intake.signal import Post
from incidents.models import AlertSource


@dataclass(frozen=True)
class Setup:
    """The guide of a source's tool; with the token in it only just after it was made."""

    guide: Guide
    door: Door
    by_mail: bool = False

    @property
    def is_shut(self) -> bool:
        """Whether mails would arrive, but the mail door is switched off."""
        return self.by_mail and not self.door.mail_port


def setup(source: AlertSource, *, token: str = "") -> Setup | None:
    """How to set the tool of this source up; nothing for a kind that we no longer know."""
    kind = KINDS.get(source.kind)
    if kind is None:
        return None
    door = Door(
        address=_outside(reverse("alerts", args=[kind.slug])),
        token=token,
        token_address=_outside(reverse("hook", args=[token or PLACE, kind.slug])),
        mail_host=settings.MAIL_DOOR_DOMAIN,
        mail_port=settings.MAIL_DOOR_PORT,
    )
    return Setup(kind.guide(door), door, by_mail=kind.form is not None)


def readable(post: Post, kind: Kind | None = None) -> str:
    """A payload as people read it."""
    if kind is not None and kind.form is not None:
        return kind.form.shown(post.payload)
    if BARE_TEXT in post.payload:
        return str(post.payload[BARE_TEXT])
    return json.dumps(post.payload, indent=2, ensure_ascii=False)


def _outside(path: str) -> str:
    return urljoin(settings.PUBLIC_URL, path)
