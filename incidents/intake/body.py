"""What a sender of alerts may send: strict JSON, as the whole house reads it."""

from collections.abc import Mapping
from typing import Any

from config.portal import strict_json
from config.portal.strict_json import MAX_BYTES, MAX_DEPTH, Unreadable, why_not_storable

__all__ = [
    "CODES",
    "MAX_BYTES",
    "MAX_DEPTH",
    "Unreadable",
    "read_object",
    "too_large",
    "why_not_storable",
]

CODES: Mapping[int, str] = {
    400: "not_readable",
    401: "not_proved",
    404: "not_found",
    405: "wrong_method",
    409: "key_reused",
    413: "too_large",
    415: "not_readable",
    422: "none_read",
    503: "unavailable",
}
"""What a refusal is called for programs, by its status; its sentence is for people."""
ADVICE = "Send fewer alerts at once."


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`. Raises Unreadable with a sentence; never anything else."""
    return strict_json.read_object(body, advice=ADVICE)


def too_large() -> Unreadable:
    """The refusal of a body that is larger than we read."""
    return strict_json.too_large(ADVICE)
