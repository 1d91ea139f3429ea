"""How requests are read and answers are written: strict shapes, with an example for every field."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Schema
from ninja.responses import NinjaJSONEncoder
from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from config.portal.strict_json import why_not_storable

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
BIGGEST = 2**63 - 1
EXAMPLE_INSTANT = "2026-11-21T02:00:00Z"


class Shown(Schema):
    """Something that we answer with."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")


class Asked(Schema):
    """The parameters of a question."""

    model_config = ConfigDict(extra="forbid")


class Sent(Schema):
    """A body that we are sent: nothing in it is left aside."""

    model_config = ConfigDict(extra="forbid")


class Reference(Shown):
    """A person, by number and name."""

    id: int = Field(description="The person's number.", examples=[12])
    full_name: str = Field(description="The full name.", examples=["Mei Tan"])


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ValueError(
            "must be an instant with its zone: 2026-11-21T02:00:00Z. In an address, write + as %2B."
        )
    if not EARLIEST.date() < found.date() < LATEST.date():
        raise ValueError("must lie between the years 2000 and 2100.")
    return found.astimezone(UTC)


Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": [EXAMPLE_INSTANT]}),
]
"""An aware instant, written in ISO 8601."""


def _storable(value: object) -> object:
    why_not = why_not_storable(value) if isinstance(value, str) else None
    if why_not:
        raise ValueError(f"cannot be kept: {why_not}.")
    return value


Text = Annotated[str, BeforeValidator(_storable)]
"""Text that the database can keep."""
Number = Annotated[int, Field(ge=1, le=BIGGEST)]
"""The number of a row, in an address."""
SentNumber = Annotated[int, Field(ge=1, le=BIGGEST, strict=True)]
"""The number of a row, in a body: a number, not text that looks like one."""
LEFT_OUT: Any = None
"""The default of what a change may leave out; `exclude_unset` tells it from what was sent."""
Whole = Annotated[int, Field(strict=True)]
Truth = Annotated[bool, Field(strict=True)]


def as_bytes(data: Any) -> bytes:  # noqa: ANN401  # whatever JSON holds
    """JSON as every answer of the API writes it."""
    return json.dumps(data, cls=NinjaJSONEncoder, ensure_ascii=False).encode()
