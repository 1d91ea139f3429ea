"""Signing requests the way that Standard Webhooks (standardwebhooks.com, version 1) describes.

The signature covers the message's own id, the second it was sent and the body, so that nobody can
change the body, or send an old request again after five minutes.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)
SECRET_BYTES = 32
SHORTEST, LONGEST = 24, 64


def new_secret() -> str:
    """A secret for both sides."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def why_not_secret(secret: str) -> str | None:
    """Why this text is no secret of the standard, in one sentence."""
    try:
        key = _key(secret)
    except ValueError as error:
        return str(error)
    return None if SHORTEST <= len(key) <= LONGEST else "A secret holds 24 to 64 bytes."


def headers(secret: str, *, message_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """What proves a request that is sent at `at`. Raises ValueError for a secret that is none."""
    stamp = str(int(at.timestamp()))
    signed = _sign(_key(secret), message_id, stamp, body)
    return {ID: message_id, TIMESTAMP: stamp, SIGNATURE: f"v1,{signed}"}


def why_not(secret: str, *, body: bytes, found: Mapping[str, str], now: datetime) -> str | None:
    """Why a request is not proved by its headers (named in lower case), in one sentence.

    Several signatures may stand side by side while a secret is being changed; one must be right.
    """
    message_id, stamp = found.get(ID, ""), found.get(TIMESTAMP, "")
    if not message_id or not stamp or SIGNATURE not in found:
        return f"The request must be signed: send {ID}, {TIMESTAMP} and {SIGNATURE}."
    if not _is_fresh(stamp, now=now):
        return "The signature is more than five minutes old, or from the future. Sign it anew."
    right = _sign(_key(secret), message_id, stamp, body)
    given = [one.partition(",") for one in found[SIGNATURE].split(" ")]
    if any(
        version == "v1" and hmac.compare_digest(right.encode(), sign.encode())
        for version, _comma, sign in given
    ):
        return None
    return "The signature does not fit the body. Check the secret on both sides."


def sent_at(found: Mapping[str, str]) -> datetime | None:
    """When a request says that it was sent; None when it says nothing that can be read."""
    stamp = found.get(TIMESTAMP, "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > len("9999999999"):
        return None
    return datetime.fromtimestamp(int(stamp), UTC)


def _is_fresh(stamp: str, *, now: datetime) -> bool:
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > len("9999999999"):
        return False
    sent_at = datetime.fromtimestamp(int(stamp), UTC)
    return abs(now - sent_at) <= TOLERANCE


def _sign(key: bytes, message_id: str, stamp: str, body: bytes) -> str:
    signed = b".".join((message_id.encode(), stamp.encode(), body))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError:  # no base64, or not even ASCII
        raise ValueError("A secret begins with whsec_ and goes on in base64.") from None
