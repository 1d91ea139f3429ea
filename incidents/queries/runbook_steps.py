"""The runbook that an incident follows, and what came of each of its steps."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from incidents.enums import EntryKind, StepOutcome
from incidents.logic import runbook_steps as rules
from incidents.models import Incident, IncidentTemplate, StepMark, TimelineEntry
from rosters.models import Person
from rosters.queries.compiled import compiled
from runbooks.models import Runbook, RunbookVersion, Step

CHOSEN, TEMPLATE, SERVICE = RANKS = ("chosen", "template", "service")
"""Why an incident follows a runbook; the first of these that there is decides."""


@dataclass(frozen=True)
class Line:
    """One step, and what came of it, if somebody said so."""

    number: int
    step: Step
    mark: StepMark | None = None
    is_next: bool = False

    @property
    def is_over(self) -> bool:
        return self.mark is not None and self.mark.outcome in rules.OVER

    @property
    def is_skipped(self) -> bool:
        return self.mark is not None and self.mark.outcome == StepOutcome.SKIPPED

    @property
    def has_failed(self) -> bool:
        return self.mark is not None and self.mark.outcome == StepOutcome.FAILED


@dataclass(frozen=True)
class Followed:
    """One version of a runbook as one incident follows it: the one that its first step was of.

    `number` is None where nobody has written a version yet; `newest` is the number of the newest.
    `origin` is why it is this one: CHOSEN (`chosen` says who did), of its TEMPLATE, or of its
    SERVICE. `others` may be followed in its place for as long as nobody has begun.
    """

    runbook: Runbook
    number: int | None
    newest: int | None
    lines: tuple[Line, ...] = ()
    others: tuple[Runbook, ...] = ()
    origin: str = ""
    chosen: TimelineEntry | None = None

    @property
    def outcomes(self) -> list[str]:
        return [line.mark.outcome if line.mark else "" for line in self.lines]

    @property
    def progress(self) -> str:
        return rules.progress(self.outcomes)

    @property
    def over(self) -> int:
        """How many steps nobody needs to look at any more."""
        return sum(line.is_over for line in self.lines)

    @property
    def has_begun(self) -> bool:
        return any(line.mark for line in self.lines)

    @property
    def following(self) -> Line | None:
        """The step that is next."""
        return next((line for line in self.lines if line.is_next), None)

    @property
    def is_old(self) -> bool:
        return self.number != self.newest


def followed(incident: Incident) -> Followed | None:
    """What the incident follows: what it began with, what somebody chose, what its template names,
    else the first of its service.

    Three queries; two where there is no runbook, and one more where somebody chose.
    """
    marks = list(_marks(incident))
    version = marks[0].step.version if marks else None
    found = list(_book(version.runbook_id)) if version else _offered(incident)
    if not found:
        return None
    runbook, *others = found
    newest = getattr(runbook, "newest", None)
    version_id = version.pk if version else getattr(runbook, "newest_id", None)
    origin = "" if version else _origin(incident, runbook)
    chosen = _chosen(incident) if origin == CHOSEN else None
    number = version.number if version else newest
    lines = () if version_id is None else _lines(list(_steps(version_id)), marks)
    return Followed(runbook, number, newest, lines, tuple(others), origin, chosen)


def _offered(incident: Incident) -> list[Runbook]:
    """Every runbook that it may follow before a step is marked, the one that it follows first."""
    asked = (incident.runbook_id, incident.template_id, incident.service_id)
    found = list(_of(*(pk or 0 for pk in asked))) if any(asked) else []
    return sorted(found, key=lambda one: RANKS.index(_origin(incident, one)))


def _origin(incident: Incident, runbook: Runbook) -> str:
    if runbook.pk == incident.runbook_id:
        return CHOSEN
    return TEMPLATE if getattr(runbook, "is_named", False) else SERVICE


def _chosen(incident: Incident) -> TimelineEntry | None:
    entries = TimelineEntry.objects.filter(incident=incident, kind=EntryKind.RUNBOOK_CHOSEN)
    return entries.select_related("by").order_by("at", "pk").last()


def following(runbook: Runbook, *, viewer: Person) -> QuerySet[Incident]:
    """Open incidents that follow this runbook, with how many steps are done (`done`); one query.

    Those that began with it, and those that would, as `followed` says.
    """
    first = Runbook.objects.filter(service=OuterRef("service")).order_by("pk").values("pk")[:1]
    begun = StepMark.objects.filter(incident=OuterRef("pk"))
    mine = begun.filter(step__version__runbook=runbook)
    would = Q(would=runbook.pk) & ~Exists(begun)
    found: QuerySet[Incident] = Incident.objects.visible_to(viewer).open()
    found = found.annotate(would=Coalesce("runbook", "template__runbook", Subquery(first)))
    worked = Q(step_marks__outcome=StepOutcome.WORKED)
    counted = found.filter(Exists(mine) | would).annotate(done=Count("step_marks", filter=worked))
    return counted.order_by("severity", "-detected_at", "-pk")


def _lines(steps: Sequence[Step], marks: Sequence[StepMark]) -> tuple[Line, ...]:
    by_step = {mark.step_id: mark for mark in marks}
    said = [by_step.get(step.pk) for step in steps]
    following = rules.next_index([mark.outcome if mark else "" for mark in said])
    return tuple(
        Line(index + 1, step, mark, is_next=index == following)
        for index, (step, mark) in enumerate(zip(steps, said, strict=True))
    )


@compiled
def _marks(incident: Incident) -> QuerySet[StepMark]:
    marks = StepMark.objects.filter(incident=incident)
    return marks.select_related("marked_by", "step__version").order_by("marked_at", "pk")


def _with_newest() -> QuerySet[Runbook]:
    newest = RunbookVersion.objects.filter(runbook=OuterRef("pk")).order_by("-number")
    return Runbook.objects.annotate(
        newest_id=Subquery(newest.values("pk")[:1]), newest=Subquery(newest.values("number")[:1])
    )


@compiled
def _of(chosen: int, template: int, service: int) -> QuerySet[Runbook]:
    named = IncidentTemplate.objects.filter(pk=template, runbook=OuterRef("pk"))
    found = _with_newest().annotate(is_named=Exists(named))
    return found.filter(Q(pk=chosen) | Q(is_named=True) | Q(service=service)).order_by("pk")


@compiled
def _book(runbook_id: int) -> QuerySet[Runbook]:
    return _with_newest().filter(pk=runbook_id)


@compiled
def _steps(version_id: int) -> QuerySet[Step]:
    return Step.objects.filter(version=version_id).order_by("order", "pk")
