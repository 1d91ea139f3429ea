"""Muster's own contract for text messages and voice: a small gateway that anybody can write.

docs/channels.md describes it. Both sides sign in the form of Standard Webhooks with one secret.
"""

import json
from datetime import datetime
from typing import Any

from config.portal import fetching, standard_webhooks
from rosters.channels import web
from rosters.channels.contract import (
    CALLBACK,
    REPLIES,
    Fate,
    Field,
    Heard,
    Kind,
    Outgoing,
    Receipt,
    Report,
    Settings,
    Unproved,
)
from rosters.enums import Channel

FATES = {
    "message.delivered": Fate.DELIVERED,
    "message.read": Fate.READ,
    "message.undelivered": Fate.UNDELIVERED,
}
CHOICES = {"acknowledge": Fate.ACKNOWLEDGED, "pass": Fate.PASSED_ON}
ANSWERS = (
    {"key": "1", "choice": "acknowledge", "says": "I am on it."},
    {"key": "2", "choice": "pass", "says": "Pass it on to the next person."},
    {"key": "3", "choice": "pass", "says": "I cannot take it, call the next person now."},
)


class Gateway(web.HttpCarrier):
    """One signed request for each message."""

    def send(self, outgoing: Outgoing) -> Receipt:
        told = self._told(outgoing)
        reply = self._post(told, key=outgoing.idempotency_key, at=outgoing.at)
        return Receipt(str(web.read_json(reply.body).get("reference", "")))

    def check(self, *, at: datetime) -> None:
        """That it does not know this question is an answer too."""
        with web.no_is_an_answer():
            self._post({"type": "gateway.check"}, key=f"check:{at:%Y%m%d%H%M%S}", at=at)

    def _post(self, told: dict[str, Any], *, key: str, at: datetime) -> fetching.Reply:
        body = json.dumps(told, separators=(",", ":")).encode()
        headers = standard_webhooks.headers(self._given["secret"], message_id=key, body=body, at=at)
        headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
        return web.post(self._given["address"], body, headers)

    def _told(self, outgoing: Outgoing) -> dict[str, Any]:
        return {
            "type": "message.send",
            "key": outgoing.idempotency_key,
            "channel": outgoing.channel,
            "to": outgoing.address,
            "subject": outgoing.subject,
            "text": outgoing.body,
            "language": outgoing.language,
            "answer_link": outgoing.answer_link,
            "answers": list(ANSWERS) if outgoing.answer_link else [],
            "callback": self._given[CALLBACK],
        }


def hear(given: Settings, heard: Heard, now: datetime) -> list[Report]:
    """One event, signed as our own requests are."""
    if why_not := _why_not_signed(given, heard, now=now):
        sent_at = standard_webhooks.sent_at(heard.headers)
        was_ours = sent_at is not None and not _why_not_signed(given, heard, now=sent_at)
        raise Unproved(why_not, is_late=was_ours)
    told = web.read_json(heard.body)
    fate = FATES.get(str(told.get("type")))
    if told.get("type") == "message.answered":
        fate = CHOICES.get(str(told.get("choice")))
    if told.get("type") == "message.received":
        return _written(told, heard)
    reference = told.get("reference")
    if fate is None or not isinstance(reference, str) or not reference:
        return []
    return [
        Report(
            fate,
            event_id=heard.headers[standard_webhooks.ID],
            proof=web.digest(heard.headers[standard_webhooks.SIGNATURE]),
            reference=reference,
            detail=str(told.get("detail", "")),
        )
    ]


def _written(told: dict[str, Any], heard: Heard) -> list[Report]:
    """A text message that somebody sent."""
    address, text = told.get("from"), told.get("text")
    if not isinstance(address, str) or not isinstance(text, str):
        return []
    proof = web.digest(heard.headers[standard_webhooks.SIGNATURE])
    event_id = heard.headers[standard_webhooks.ID]
    return [Report(Fate.WROTE, event_id, proof=proof, address=address, text=text)]


def _why_not_signed(given: Settings, heard: Heard, *, now: datetime) -> str | None:
    return standard_webhooks.why_not(given["secret"], body=heard.body, found=heard.headers, now=now)


KIND = Kind(
    slug="gateway",
    name="Gateway over HTTP",
    about="Text messages and voice by a small program of your own, after a documented contract.",
    channels=(Channel.SMS, Channel.PHONE, Channel.PUSH, Channel.CHAT),
    fields=(
        Field(
            "address",
            "Address",
            "It begins with https://. docs/channels.md says what it gets.",
            why_not=web.why_not_address,
        ),
        Field(
            "secret",
            "Secret",
            "Both sides sign with it. It begins with whsec_ and goes on in base64.",
            is_secret=True,
            why_not=standard_webhooks.why_not_secret,
        ),
        REPLIES,
    ),
    make=Gateway,
    hear=hear,
    calls_back="Events are signed with the same secret: delivered, read, undelivered, answered.",
)
