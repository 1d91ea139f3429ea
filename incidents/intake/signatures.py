"""Checks of the ways in which tools sign what they post; every comparison takes constant time."""

import hashlib
import hmac
from datetime import datetime, timedelta

from incidents.intake import moments
from incidents.intake.body import Unreadable

LARGEST_AGE = timedelta(minutes=5)


def is_hmac(secret: str, signed: bytes, given: str) -> bool:
    """Whether `given` is the HMAC-SHA256 of these bytes, in hexadecimal, with or without a name."""
    if not secret:
        return False
    made = hmac.new(secret.encode(errors="replace"), signed, hashlib.sha256).hexdigest()
    return is_same(made, given.strip().removeprefix("sha256=").lower())


def is_same(secret: str, given: str) -> bool:
    """Whether both are the same text, and there is one."""
    kept, sent = secret.encode(errors="replace"), given.encode(errors="replace")
    return bool(kept) and hmac.compare_digest(kept, sent)


def is_recent(stamp: str, now: datetime) -> bool:
    """Whether these Unix seconds lie within LARGEST_AGE of `now`."""
    try:
        at = moments.unix_instant({"timestamp": stamp}, "timestamp")
    except Unreadable:
        return False
    return at is not None and abs(now - at) <= LARGEST_AGE
