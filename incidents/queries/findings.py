"""What the proof found, for readers: what is open, what is silenced, and what is gone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, When, Window
from django.urls import reverse

from config.portal.sentences import Sentence, phrase
from incidents.enums import FindingKind
from incidents.logic.proof import silence, words
from incidents.logic.proof.words import Said
from incidents.logic.signal_keeping import why_not_keep_signals
from incidents.models import EscalationPolicy, Finding, FindingSilence, Proof
from incidents.queries import signal_keeping
from rosters.logic.spans import Span
from rosters.models import Person, Roster, Service
from rosters.queries.compiled import compiled

JOINED = ("service__owner_team", "owner")
MOST_GONE = 200
"""So many of those that are mended are listed, the newest first."""
WORST_FIRST = list(FindingKind)
URGENT = frozenset({FindingKind.NO_RULE, FindingKind.NOBODY})
"""Of these nobody hears at all."""
GAPS = frozenset({*URGENT, FindingKind.LAST, FindingKind.LEAVE})
"""Of these some call reaches nobody."""


@dataclass(frozen=True)
class Shown:
    """One finding as people read it; `mend` is the page on which it is mended, if there is one."""

    row: Finding
    silence: FindingSilence | None = None
    mend: str = ""
    mend_says: str = ""

    @property
    def kind(self) -> FindingKind:
        return FindingKind(self.row.kind)

    @property
    def spans(self) -> list[Span]:
        return [
            (datetime.fromisoformat(begin), datetime.fromisoformat(end))
            for begin, end in self.row.spans
        ]

    @property
    def is_silent(self) -> bool:
        return self.silence is not None

    @property
    def is_urgent(self) -> bool:
        return self.kind in URGENT

    @property
    def owner_name(self) -> str:
        return self.row.owner.full_name if self.row.owner else phrase("nobody yet")

    @property
    def where(self) -> str:
        """The service, or that it is about the company."""
        return self.row.service.name if self.row.service else "The whole company"

    @property
    def cause(self) -> tuple[object, ...]:
        """What it shares with others that are mended in the same place by the same act."""
        facts = self.row.facts
        return (
            self.row.kind,
            self.row.mends,
            self.row.mends_id,
            facts.get("who"),
            facts.get("why"),
        )

    def said(self) -> Said:
        """What its sentence is made of."""
        return Said(
            self.kind,
            self.row.severities,
            self.row.service.name if self.row.service else "",
            self.spans,
            self.row.times,
            self.row.whole,
            self.row.subject,
            self.row.facts,
        )

    def sentence(self, now: datetime) -> Sentence:
        """What it comes to, as things are at `now`."""
        return words.consequence(self.said(), now=now)


@dataclass(frozen=True)
class Spoken:
    """The same with its sentence made for one instant."""

    shown: Shown
    said: Sentence

    @property
    def row(self) -> Finding:
        return self.shown.row

    @property
    def where(self) -> str:
        return self.shown.where

    @property
    def owner_name(self) -> str:
        return self.shown.owner_name

    @property
    def is_urgent(self) -> bool:
        return self.shown.is_urgent


@dataclass(frozen=True)
class One:
    """One finding on its own page, with every silence it had, the newest first."""

    spoken: Spoken
    silences: tuple[FindingSilence, ...]


@dataclass(frozen=True)
class Tally:
    """How many findings are open, how many of them nobody would hear of, and the worst few."""

    total: int = 0
    urgent: int = 0
    worst: tuple[Spoken, ...] = ()

    @property
    def more(self) -> int:
        return self.total - len(self.worst)


@dataclass(frozen=True)
class Asked:
    """What a reader narrows it to; `state` is open, silenced or gone."""

    state: str = "open"
    team: str = ""
    service: str = ""
    severity: int = 0
    kind: str = ""
    q: str = ""


def one(pk: int, *, now: datetime) -> One:
    """One finding, whatever its state."""
    (shown,) = _shown(Finding.objects.select_related(*JOINED).filter(pk=pk), now=now)
    held = FindingSilence.objects.filter(finding=pk).select_related("by", "ended_by")
    return One(Spoken(shown, shown.sentence(now)), tuple(held.order_by("-starts_at", "-pk")))


def why_not_silence(finding: Finding, reader: Person) -> str | None:
    """Whether a reader may silence it; what is about the company is the administrators'."""
    team = finding.service.owner_team_id if finding.service else None
    if why_not_keep_signals(signal_keeping.keeper(reader, team)) is None:
        return None
    return (
        "Only leads of the owning team, service owners and administrators can silence this. Ask"
        " one of them."
    )


def found(asked: Asked, *, now: datetime) -> list[Spoken]:
    """The findings that fit, the most urgent first, with who silenced them."""
    rows = _narrowed(_rows(gone=asked.state == "gone", now=now), asked)
    shown = _shown(rows, now=now)
    if asked.state == "gone":
        newest = sorted(shown, key=lambda one: one.row.gone_at or now, reverse=True)
        return _spoken(newest[:MOST_GONE], now=now)
    wanted = asked.state == "silenced"
    return _spoken(sorted((one for one in shown if one.is_silent is wanted), key=_order), now=now)


def loud(*, now: datetime) -> list[Spoken]:
    """Every finding that is open and that nobody silenced."""
    return found(Asked(), now=now)


def of_service(service: Service, *, now: datetime) -> list[Spoken]:
    """What is open about one service, the most urgent first."""
    return found(Asked(service=service.slug), now=now)


def of_rule(service: Service, severity: int, *, now: datetime) -> list[Spoken]:
    """The same for one severity."""
    return found(Asked(service=service.slug, severity=severity), now=now)


def _spoken(shown: Iterable[Shown], *, now: datetime) -> list[Spoken]:
    return [Spoken(one, one.sentence(now)) for one in shown]


def counted(about: Q, *, most: int, now: datetime) -> Tally:
    """What is open about some services, in figures, with the worst few; one query."""
    first = _worst(about, max(most, 1), now)
    if not first:
        return Tally()
    worst = tuple(_spoken(map(Shown, first[:most]), now=now))
    return Tally(first[0].total, first[0].urgent, worst)


@compiled
def _worst(about: Q, most: int, now: datetime) -> QuerySet[Any, Any]:
    quiet = FindingSilence.objects.filter(
        finding=OuterRef("pk"),
        ended_at__isnull=True,
        until__gt=now,
        minutes__gte=OuterRef("minutes"),
    )
    rows = _rows(gone=False, now=now).filter(about).exclude(Exists(quiet))
    order = Case(*(When(kind=kind, then=place) for place, kind in enumerate(WORST_FIRST)))
    ranked = rows.annotate(
        total=Window(Count("pk")), urgent=Window(Count("pk", filter=Q(kind__in=URGENT)))
    )
    return ranked.order_by(order, "severity", "starts_at", "pk")[:most]


def gaps_by_service(*, until: datetime, now: datetime) -> Counter[int]:
    """How many findings each service has whose calls reach nobody before `until`; one query."""
    rows = _rows(gone=False, now=now).filter(kind__in=GAPS, starts_at__lt=until)
    of_services = rows.filter(service__isnull=False).select_related(None)
    return Counter(of_services.values_list("service_id", flat=True))


def of_owner(person: Person, *, now: datetime) -> list[Spoken]:
    """What somebody has to mend."""
    return [one for one in loud(now=now) if one.row.owner_id == person.pk]


def last_proved() -> datetime | None:
    """When anything was proved last."""
    at: datetime | None = Proof.objects.aggregate(at=Max("proved_at"))["at"]
    return at


def _rows(*, gone: bool, now: datetime) -> QuerySet[Finding]:
    rows = Finding.objects.select_related(*JOINED)
    if gone:
        return rows.filter(gone_at__isnull=False)
    return rows.filter(gone_at__isnull=True, ends_at__gt=now)


def _narrowed(rows: QuerySet[Finding], asked: Asked) -> QuerySet[Finding]:
    if asked.team:
        rows = rows.filter(service__owner_team__slug=asked.team)
    if asked.service:
        rows = rows.filter(service__slug=asked.service)
    if asked.severity:
        rows = rows.filter(severities__contains=[asked.severity])
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.q:
        text = asked.q.replace("\0", "")
        rows = rows.filter(Q(service__name__icontains=text) | Q(owner__full_name__icontains=text))
    return rows


def _shown(rows: QuerySet[Finding], *, now: datetime) -> list[Shown]:
    held = FindingSilence.objects.filter(ended_at__isnull=True, until__gt=now)
    kept = list(rows.prefetch_related(Prefetch("silences", held.select_related("by"), "held")))
    links = _links(kept)
    return [_with_mend(Shown(one, _silence(one, now=now)), links) for one in kept]


def _silence(row: Finding, *, now: datetime) -> FindingSilence | None:
    held: Sequence[FindingSilence] = getattr(row, "held", ())
    for one in held:
        if silence.holds(one.until, one.minutes, minutes_now=row.minutes, now=now):
            return one
    return None


def _with_mend(one: Shown, links: Mapping[tuple[str, int], str]) -> Shown:
    link = links.get((one.row.mends, one.row.mends_id), "")
    return replace(one, mend=link, mend_says=phrase(words.SAYS[one.kind]))


def _links(rows: Sequence[Finding]) -> dict[tuple[str, int], str]:
    """Where each is mended; two queries."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        wanted[row.mends].add(row.mends_id)
    found: dict[tuple[str, int], str] = {}
    rosters = Roster.objects.filter(pk__in=wanted["roster"]) if wanted["roster"] else ()
    for roster in rosters:
        found["roster", roster.pk] = reverse("rosters:roster", args=[roster.slug])
    kept = EscalationPolicy.objects.filter(pk__in=wanted["policy"]) if wanted["policy"] else ()
    for policy in kept:
        found["policy", policy.pk] = reverse("incidents:policy", args=[policy.slug])
    for pk in wanted["cell"]:
        found["cell", pk] = reverse("rosters:cell", args=[pk])
    for pk in wanted["person"]:
        found["person", pk] = reverse("rosters:person", args=[pk])
    for pk in wanted["routes"]:
        found["routes", pk] = reverse("incidents:policies")
    for pk in wanted["rights"]:
        found["rights", pk] = reverse("admin:incidents_decisionright_change", args=[pk])
    return found


def _order(one: Shown) -> tuple[int, int, datetime, int]:
    return (WORST_FIRST.index(one.kind), one.row.severity, one.row.starts_at, one.row.pk)
