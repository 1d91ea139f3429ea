"""Asking a carrier over HTTP, by the guarded client; what its statuses mean."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.conf import settings

from config.portal import fetching
from rosters.channels.contract import REPLIES, SendFailed, Settings
from rosters.enums import FailureReason

MOST_SECONDS = 10.0
MOST_BYTES = 64 * 1024
LOCKED_OUT = frozenset({401, 402, 403})
"""The carrier does not let our account in, or it has no money left."""
NOT_NOW = frozenset({408, 409, 423, 425, 429})


class HttpCarrier:
    """What carriers over HTTP have in common: their settings, and how they are answered.

    They offer the answer itself, as keys or buttons or a link. Replies count where the account says
    that they come in.
    """

    wants_answer_link = True
    is_in_house = False

    def __init__(self, given: Settings) -> None:
        self._given = given
        self.takes_replies = given[REPLIES.name] == "yes"


def errand() -> fetching.Errand:
    """How far we go for a carrier: hosts of one's own network only when they are named."""
    return fetching.Errand(
        "a carrier",
        own_hosts=settings.CARRIER_HOSTS,
        allowed_by="CARRIER_HOSTS",
        most_bytes=MOST_BYTES,
        most_seconds=MOST_SECONDS,
    )


def why_not_address(address: str) -> str | None:
    """Whether a carrier can be asked at this address at all."""
    return fetching.why_not(address, errand())


def post(
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    locked_out: Collection[int] = LOCKED_OUT,
) -> fetching.Reply:
    """The carrier took it: any 2xx. Raises SendFailed, for good where the status says so."""
    try:
        reply = fetching.send(address, body, headers, errand(), reads=True)
    except fetching.NotReached as error:
        raise SendFailed(str(error), permanent=False, is_away=True) from error
    except fetching.NoAnswer as error:
        raise SendFailed(str(error), permanent=False, reason=FailureReason.UNSURE) from error
    except fetching.CannotFetch as error:
        raise SendFailed(str(error), permanent=False, reason=FailureReason.ACCOUNT) from error
    except ValueError as error:  # what cannot stand in a header
        raise SendFailed(
            f"The settings cannot be sent: {type(error).__name__}.",
            permanent=False,
            reason=FailureReason.ACCOUNT,
        ) from error
    if not HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
        raise why_refused(reply, locked_out=locked_out)
    return reply


@contextmanager
def no_is_an_answer() -> Iterator[None]:
    """Inside, as while a carrier is only looked at, a no about what was asked is no failure."""
    try:
        yield
    except SendFailed as no:
        if no.blames_carrier:
            raise


class Refusal(SendFailed):
    """A carrier said no with a status; `reply` holds its own words, to be read more closely."""

    def __init__(self, detail: str, *, reply: fetching.Reply, **told: Any) -> None:
        super().__init__(detail, **told)
        self.reply = reply


def why_refused(reply: fetching.Reply, *, locked_out: Collection[int]) -> Refusal:
    """What a status means: 4xx is about the message, unless it is about us or about now."""
    said = f"It answers {reply.status}. {excerpt(reply.body)}".strip()
    if reply.status in locked_out:
        return Refusal(said, reply=reply, permanent=False, reason=FailureReason.ACCOUNT)
    is_for_good = (
        HTTPStatus.BAD_REQUEST <= reply.status < HTTPStatus.INTERNAL_SERVER_ERROR
        and reply.status not in NOT_NOW
    )
    if HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST:
        return Refusal(
            f"It sends us on ({reply.status}). We do not follow: give the address where it is.",
            reply=reply,
            permanent=False,
            reason=FailureReason.ACCOUNT,
        )
    return Refusal(said, reply=reply, permanent=is_for_good, retry_after=reply.retry_after)


def excerpt(body: bytes) -> str:
    """The beginning of what it said, for administrators."""
    return " ".join(body[:200].decode(errors="replace").replace("\0", "").split())


def digest(proof: str) -> str:
    """What is kept of a signature, to know the same one again."""
    return hashlib.sha256(proof.encode()).hexdigest()


def read_json(body: bytes) -> dict[str, Any]:
    """The object that it answered; empty for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
