"""What a sender of alerts may send: strict JSON, as the whole house reads it."""

from typing import Any

from config.portal import strict_json
from config.portal.strict_json import MAX_BYTES, MAX_DEPTH, Unreadable, why_not_storable

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Unreadable", "read_object", "too_large", "why_not_storable"]

ADVICE = "Send fewer alerts at once."


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`. Raises Unreadable with a sentence; never anything else."""
    return strict_json.read_object(body, advice=ADVICE)


def too_large() -> Unreadable:
    """The refusal of a body that is larger than we read."""
    return strict_json.too_large(ADVICE)
