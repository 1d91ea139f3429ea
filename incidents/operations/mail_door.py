"""Mails become requests of their source, by the same way as what is posted.

The recipient is the proof: the token of a source at our own domain. Whoever a mail says it is from
proves nothing. Nothing is ever passed on, and nothing is ever sent back.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from config.portal.refusals import Refused
from incidents.intake import doorway, email, mail_text
from incidents.intake.body import Unreadable
from incidents.intake.kind import PLACE
from incidents.intake.signal import Post
from incidents.models import AlertSource, RawReceipt
from incidents.operations import intake, rates, sources

MOST_OF_AN_ADDRESS = 300
UNKNOWN = "No alert source has this address. Make one in Muster, under Signals."


class NoSuchDoor(Refused):
    """Nobody lives at this address."""


@dataclass(frozen=True)
class Envelope:
    """What the sender's mail server says of a mail: to whom of ours, and from whom."""

    recipient: str
    sender: str


def source_of(address: str, *, domain: str) -> AlertSource:
    """The active source whose token stands in front of our domain. Raises NoSuchDoor."""
    token, _detail = _parts(address, domain)
    kind = email.KIND.slug
    # Some servers lose the case of an address; tokens of this kind are made without one.
    found = sources.source_for(token, kind=kind) or sources.source_for(token.lower(), kind=kind)
    if found is None:
        raise NoSuchDoor(UNKNOWN)
    return found


def take(envelope: Envelope, body: bytes, *, domain: str, now: datetime) -> list[dict[str, Any]]:
    """The mail is stored, and says what became of it. Sent again it changes nothing.

    Everything is committed when this returns. Raises NoSuchDoor, and Unreadable after the mail was
    kept with the refusal.
    """
    source = source_of(envelope.recipient, domain=domain)
    token, detail = _parts(envelope.recipient, domain)
    for said in {token, token.lower()}:
        sources.note_used(said, kind=email.KIND.slug, now=now)
    delivery = intake.Delivery(
        source,
        _without(token, body),
        headers=_kept(envelope, detail, token),
        is_over_rate=rates.is_over(source, now=now),
    )
    try:
        sources.refuse_unsigned(source, email.KIND, delivery.body, delivery.headers, now=now)
        post = doorway.read(delivery.body, delivery.headers, form=email.KIND.form)
        delivery, post = _threaded(delivery, post)
        return _received(delivery, post, now=now)
    except Unreadable as refused:
        intake.keep(delivery, {"message": str(refused)}, status=refused.status, now=now)
        raise


def _received(delivery: intake.Delivery, post: Post, *, now: datetime) -> list[dict[str, Any]]:
    """The answer of the first delivery with this message id and the same words.

    Some programs give all their mails one id: other words under it are another mail.
    """
    parcel, likeness = email.KIND.parse(post), _likeness(post.payload)
    key = _key(str(post.payload.get("message_id") or ""))
    delivery = replace(delivery, idempotency_key=key, likeness=likeness)
    try:
        return intake.receive(delivery, parcel, now=now)
    except intake.KeyReused:
        again = replace(delivery, idempotency_key=f"{key}:{likeness[:40]}")
        return intake.receive(again, parcel, now=now)


def _parts(address: str, domain: str) -> tuple[str, str]:
    """The token, and what stands behind a plus. Raises NoSuchDoor for another domain."""
    local, _, host = address.rpartition("@")
    if host.lower().rstrip(".") != domain.lower():
        raise NoSuchDoor(f"Muster takes mail for {domain} alone, and passes none on.")
    token, _, detail = local.partition("+")
    if not token or not token.isascii() or not token.isprintable():
        raise NoSuchDoor(UNKNOWN)
    return token, detail


def _without(token: str, body: bytes) -> bytes:
    """The mail with a word in place of its token: a token is not kept."""
    return re.sub(re.escape(token.encode()), PLACE.encode(), body, flags=re.IGNORECASE)


def _kept(envelope: Envelope, detail: str, token: str) -> dict[str, str]:
    """What is kept beside the mail: what reads it the same way when it is sent again."""
    sender = mail_text.plain(envelope.sender).strip("<> ").replace(token, PLACE)
    kept = {"content-type": email.CONTENT_TYPE, "return-path": f"<{sender[:MOST_OF_AN_ADDRESS]}>"}
    if detail:
        kept[email.DETAIL] = mail_text.plain(detail)[:MOST_OF_AN_ADDRESS]
    return kept


def _threaded(delivery: intake.Delivery, post: Post) -> tuple[intake.Delivery, Post]:
    """With the key of the alert that the mail answers, where that one arrived here."""
    keys = [_key(one) for one in post.payload["references"]]
    if not keys:
        return delivery, post
    rows = RawReceipt.objects.filter(source=delivery.source, idempotency_key__in=keys)
    answers = dict(rows.values_list("idempotency_key", "answer"))
    said = (one for key in keys for one in answers.get(key, {}).get("alerts", ()))
    found = next((one["key"] for one in said if one.get("key")), "")
    if not found:
        return delivery, post
    headers = {**delivery.headers, email.THREAD: found}
    return replace(delivery, headers=headers), Post(post.payload, headers)


def _key(message_id: str) -> str:
    """By what a mail is known when it comes again; nothing for one without an id."""
    if not message_id:
        return ""
    return f"mail:{hashlib.sha256(message_id.encode(errors='replace')).hexdigest()[:40]}"


def _likeness(payload: Mapping[str, Any]) -> str:
    """The same for one mail on every way that it came: nothing of who passed it on."""
    said = {name: payload.get(name) for name in ("from", "subject", "text", "date", "message_id")}
    own = {name: text for name, text in payload["headers"].items() if name.startswith("x-muster")}
    return hashlib.sha256(json.dumps([said, own], sort_keys=True).encode()).hexdigest()
