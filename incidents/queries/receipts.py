"""What arrived at a source's door: the list, one request, and what would be read from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from incidents.intake import doorway
from incidents.intake.body import Unreadable
from incidents.intake.kinds import KINDS
from incidents.intake.signal import Post
from incidents.logic.receipts import Said, in_words, parts
from incidents.logic.source_state import REFUSED_FROM
from incidents.models import AlertSource, Incident, RawReceipt
from incidents.queries import signal_doors
from rosters.models import Person

HIDDEN = "It is about an incident that only the people who take part in it may read."
FIRST_YEAR, LAST_YEAR = 2000, 9000
MOST_SHOWN = 50_000
"""So many characters of a body are shown; the rest can still be sent again."""


def of_source(source: AlertSource) -> QuerySet[RawReceipt]:
    """Its requests without their bodies, the newest first."""
    rows = RawReceipt.objects.filter(source=source).select_related("replayed_by")
    return rows.defer("body").order_by("-received_at", "-pk")


def refused(source: AlertSource) -> QuerySet[RawReceipt]:
    """Its requests that were refused and not taken since, the oldest first."""
    return RawReceipt.objects.filter(source=source, status__gte=REFUSED_FROM).order_by(
        "received_at", "pk"
    )


def on_day(rows: QuerySet[RawReceipt], day: date, *, zone: ZoneInfo) -> QuerySet[RawReceipt]:
    """Those that arrived on this day of the zone; none before or after our time."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return rows.none()
    start = datetime.combine(day, time(), tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    return rows.filter(received_at__gte=start, received_at__lt=end)


@dataclass(frozen=True)
class Part:
    """What became of one alert, and its incident where the reader may know of it."""

    said: Said
    incident: Incident | None = None

    @property
    def is_hidden(self) -> bool:
        return bool(self.said.reference) and self.incident is None


@dataclass(frozen=True)
class ReceiptPage:
    """One request. `body` is its text, made easy to read; it is cut when `is_cut`."""

    receipt: RawReceipt
    words: str
    parts: tuple[Part, ...]
    headers: Mapping[str, str]
    body: str
    size: int
    is_cut: bool
    hides: bool = False

    @property
    def why_not_body(self) -> str | None:
        """Why even those who keep the source do not read what it held."""
        return HIDDEN if self.hides else None


def one(receipt: RawReceipt, *, reader: Person) -> ReceiptPage:
    """One request as its page shows it; in one query."""
    said = parts(receipt.answer)
    known = _incidents(said, reader)
    found = tuple(Part(one, known.get(one.reference)) for one in said)
    text = body_text(receipt)
    return ReceiptPage(
        receipt=receipt,
        words=in_words(receipt.answer),
        parts=found,
        headers=receipt.headers,
        body=text[:MOST_SHOWN],
        size=len(bytes(receipt.body)),
        is_cut=len(text) > MOST_SHOWN,
        hides=any(one.is_hidden for one in found),
    )


def body_text(receipt: RawReceipt) -> str:
    """The body as people read it: unpacked and indented where it can be."""
    body = bytes(receipt.body)
    try:
        post = read(receipt)
    except Unreadable:
        return body.decode("utf-8", errors="replace")
    return signal_doors.readable(post, KINDS.get(receipt.source.kind))


def read(receipt: RawReceipt) -> Post:
    """The request as its source's kind reads it. Raises Unreadable."""
    kind = KINDS.get(receipt.source.kind)
    if kind is None:
        return doorway.read(bytes(receipt.body), receipt.headers)
    return doorway.read(
        bytes(receipt.body),
        receipt.headers,
        is_form=kind.is_form,
        form=kind.form,
        bare_header=kind.bare_header,
    )


def _incidents(said: list[Said], reader: Person) -> dict[str, Incident]:
    numbers = {int(one.reference.partition("-")[2]) for one in said if one.reference[4:].isdigit()}
    if not numbers:
        return {}
    rows = Incident.objects.visible_to(reader).filter(pk__in=numbers)
    return {incident.reference: incident for incident in rows}
