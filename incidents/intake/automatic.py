"""Mails that no monitor wrote: automatic answers, bounces, and what goes round in a loop.

Monitoring itself calls its mails automatic ("Auto-Submitted: auto-generated", "Precedence: bulk").
That alone says nothing, then: such a mark counts where the subject is that of an answer.
"""

import re
from collections.abc import Mapping
from typing import Any

from incidents.intake import fields
from incidents.intake.subjects import Subject

MOST_HOPS = 50
ANSWERS = ("x-autoreply", "x-autorespond", "x-auto-reply")
OURS = re.compile(r"<muster\.[0-9a-f]{32}@", re.IGNORECASE)
"""How the ids of Muster's own mails begin."""

LOOP = "This mail goes round in a loop. It opens no incident."
OWN = "This answers a mail of Muster's own. It opens no incident."
ANSWER = "This is an automatic answer. It opens no incident."
BOUNCE = "This is a report about another mail. It opens no incident."


def why_ignored(payload: Mapping[str, Any], envelope: Mapping[str, str], about: Subject) -> str:
    """Why the mail is no alert, in one sentence; nothing for one that may be."""
    said = fields.inside(payload, "headers")
    if _is_loop(payload, said):
        return LOOP
    if any(OURS.match(one) for one in _ids(payload)):
        return OWN
    content_type = fields.line(payload, "content_type").lower()
    if content_type == "multipart/report":
        return BOUNCE
    if "<>" in (envelope.get("return-path", "").strip(), fields.spare(said, "return-path")):
        return ANSWER
    return ANSWER if _is_answer(said, about) else ""


def _is_loop(payload: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    hops = fields.number(payload, "hops") or 0
    return hops > MOST_HOPS or bool(fields.spare(said, "x-loop"))


def _is_answer(said: Mapping[str, Any], about: Subject) -> bool:
    submitted = fields.spare(said, "auto-submitted").lower()
    precedence = fields.spare(said, "precedence").lower()
    if submitted.startswith("auto-replied") or precedence in ("auto_reply", "junk"):
        return True
    if any(fields.spare(said, name).lower() not in ("", "no", "false") for name in ANSWERS):
        return True
    if not (about.is_answer or about.is_away):
        return False
    by_machine = submitted.startswith("auto-") or precedence in ("bulk", "list")
    return about.is_away or by_machine or bool(fields.spare(said, "x-auto-response-suppress"))


def _ids(payload: Mapping[str, Any]) -> list[str]:
    found = [payload.get("message_id"), *fields.items(payload, "references")]
    return [one for one in found if isinstance(one, str)]
