"""Alert sources at a glance: what each said last, and what became of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import add

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from incidents.enums import AlertOutcome, AlertStatus
from incidents.intake.kind import Kind
from incidents.intake.kinds import KINDS
from incidents.logic.receipts import in_words
from incidents.logic.source_state import QUIET, REFUSED_FROM, Heard, SourceState, state_of
from incidents.models import Alert, AlertSource, RawReceipt, SourceToken

DAY = timedelta(days=1)


@dataclass(frozen=True)
class SourceRow:
    """One source: how it does, what it said last, and the requests of the last 24 hours.

    `since` is when its trouble began: refused since then, or silent since its last word. Of its
    firing alerts, `waiting` open an incident later, `quiet` are kept without one, and `unplaced`
    name no service of ours.
    """

    source: AlertSource
    state: SourceState
    kind: Kind | None
    last_at: datetime | None
    said: str
    since: datetime | None
    requests: int
    refused: int
    waiting: int
    quiet: int
    unplaced: int


@dataclass(frozen=True)
class Overview:
    """Every source, those in trouble first."""

    rows: Sequence[SourceRow]

    @property
    def refused(self) -> list[SourceRow]:
        return self._of(SourceState.REFUSED)

    @property
    def silent(self) -> list[SourceRow]:
        return self._of(SourceState.SILENT)

    @property
    def new(self) -> list[SourceRow]:
        return self._of(SourceState.NEW)

    @property
    def reporting(self) -> int:
        """How many have said something, and are open."""
        off = (SourceState.OFF, SourceState.NEW)
        return sum(row.state not in off for row in self.rows)

    @property
    def unplaced(self) -> int:
        return sum(row.unplaced for row in self.rows)

    def _of(self, state: SourceState) -> list[SourceRow]:
        return [row for row in self.rows if row.state == state]


def live_tokens(source: AlertSource) -> QuerySet[SourceToken]:
    """The tokens that open the door of this source, the newest first."""
    found = SourceToken.objects.filter(source=source, revoked_at__isnull=True)
    return found.select_related("created_by", "use").order_by("-created_at", "-pk")


ORDER = [
    SourceState.REFUSED,
    SourceState.SILENT,
    SourceState.NEW,
    SourceState.WELL,
    SourceState.OFF,
]


def overview(*, now: datetime) -> Overview:
    """Every source as it is at `now`; in two queries."""
    rows = [row_of(source, found, now=now) for source, found in _with_counts(now=now)]
    rows.sort(key=lambda row: (ORDER.index(row.state), row.source.name.lower()))
    return Overview(rows)


def one(source: AlertSource, *, now: datetime) -> SourceRow:
    """This source as it is at `now`; in two queries."""
    [(found, counts)] = _with_counts(now=now, only=source)
    return row_of(found, counts, now=now)


def row_of(source: AlertSource, counts: Counter[str], *, now: datetime) -> SourceRow:
    """One source of `with_last_words`, and its alerts without an incident by what they are."""
    last_at: datetime | None = source.last_at  # type: ignore[attr-defined]  # annotated below
    last_status: int = source.last_status or 202  # type: ignore[attr-defined]
    heard = Heard(source.is_active, last_at, last_status, source.days)  # type: ignore[attr-defined]
    state = state_of(heard, now=now)
    since = {
        SourceState.REFUSED: source.refused_since,  # type: ignore[attr-defined]
        SourceState.SILENT: last_at,
    }
    return SourceRow(
        source=source,
        state=state,
        kind=KINDS.get(source.kind),
        last_at=last_at,
        said=in_words(source.last_answer or {}) if last_at else "",  # type: ignore[attr-defined]
        since=since.get(state),
        requests=source.requests,  # type: ignore[attr-defined]
        refused=source.refused,  # type: ignore[attr-defined]
        waiting=counts["waiting"],
        quiet=counts["quiet"],
        unplaced=counts["unplaced"],
    )


def _with_counts(
    *, now: datetime, only: AlertSource | None = None
) -> list[tuple[AlertSource, Counter[str]]]:
    sources = with_last_words(AlertSource.objects.order_by("pk"), now=now)
    apart = Alert.objects.kept_apart().filter(status=AlertStatus.FIRING)
    if only is not None:
        sources, apart = sources.filter(pk=only.pk), apart.filter(source=only)
    kept = apart.values("source").annotate(
        waiting=Count("pk", filter=Q(outcome=AlertOutcome.HELD)),
        quiet=Count("pk", filter=Q(outcome=AlertOutcome.SUPPRESSED)),
        nowhere=Count("pk", filter=Q(service__isnull=True)),
    )
    by_source = {
        row["source"]: Counter(waiting=row["waiting"], quiet=row["quiet"], unplaced=row["nowhere"])
        for row in kept
    }
    return [(source, by_source.get(source.pk, Counter())) for source in sources]


def with_last_words(sources: QuerySet[AlertSource], *, now: datetime) -> QuerySet[AlertSource]:
    """Sources with what they said last, on how many days, and how often in the last 24 hours.

    The time of the newest request comes first, which its index alone can tell, and the request by
    that time: asked in one, PostgreSQL likes to walk through the requests of all sources to find
    those of one. Since when a source is refused is asked only of those that are.
    """
    receipts = RawReceipt.objects.filter(source=OuterRef("pk"))
    newest = receipts.filter(received_at=OuterRef("last_at")).order_by("-pk")
    is_refused = Q(status__gte=REFUSED_FROM)
    taken = receipts.exclude(is_refused).order_by("-received_at")
    lately = receipts.filter(received_at__gt=now - DAY)
    return (
        sources.select_related("owner_team", "default_service")
        .annotate(last_at=Subquery(receipts.order_by("-received_at").values("received_at")[:1]))
        .annotate(
            last_status=Subquery(newest.values("status")[:1]),
            last_answer=Subquery(newest.values("answer")[:1]),
        )
        .alias(taken_at=Subquery(taken.values("received_at")[:1]))
        .annotate(
            refused_since=_if_refused(
                Subquery(
                    receipts.filter(is_refused)
                    .exclude(received_at__lte=OuterRef("taken_at"))
                    .order_by("received_at")
                    .values("received_at")[:1]
                )
            ),
            requests=_counted(lately),
            refused=_counted(lately.filter(is_refused)),
            days=_days(receipts, now=now),
        )
    )


def _if_refused(asked: Subquery) -> Case:
    return Case(When(last_status__gte=REFUSED_FROM, then=asked), default=None)


def _counted(receipts: QuerySet[RawReceipt]) -> Coalesce:
    numbers = receipts.order_by().values("source").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(numbers), 0)


def _days(receipts: QuerySet[RawReceipt], *, now: datetime) -> Combinable:
    """On how many of the seven days before the last one it spoke: one probe of the index each."""
    last = now - QUIET
    spoke = (
        Exists(
            receipts.filter(
                received_at__gt=last - (day + 1) * DAY, received_at__lte=last - day * DAY
            )
        )
        for day in range(7)
    )
    ones = [Case(When(one, then=1), default=0, output_field=IntegerField()) for one in spoke]
    return reduce(add, ones)
