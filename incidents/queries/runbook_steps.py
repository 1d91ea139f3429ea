"""The runbook that an incident follows, and what came of each of its steps."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from incidents.enums import StepOutcome
from incidents.logic import runbook_steps as rules
from incidents.models import Incident, StepMark
from rosters.models import Person
from rosters.queries.compiled import compiled
from runbooks.models import Runbook, RunbookVersion, Step


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
    """

    runbook: Runbook
    number: int | None
    newest: int | None
    lines: tuple[Line, ...] = ()

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
    """What the incident follows: what it began with, else the newest of its service.

    Three queries, two where there is no runbook.
    """
    marks = list(_marks(incident))
    version = marks[0].step.version if marks else None
    if version is not None:
        found = list(_book(version.runbook_id))
    else:
        found = list(_first_of(incident.service_id)) if incident.service_id else []
    if not found:
        return None
    runbook: Runbook = found[0]
    newest = getattr(runbook, "newest", None)
    version_id = version.pk if version else getattr(runbook, "newest_id", None)
    if version_id is None:
        return Followed(runbook, None, None)
    number = version.number if version else newest
    return Followed(runbook, number, newest, _lines(list(_steps(version_id)), marks))


def following(runbook: Runbook, *, viewer: Person) -> QuerySet[Incident]:
    """Open incidents that follow this runbook, with how many steps are done (`done`); one query.

    Those that began with it, and where it is the first of the service those that may.
    """
    first = Runbook.objects.filter(service=OuterRef("service")).order_by("pk").values("pk")[:1]
    begun = StepMark.objects.filter(incident=OuterRef("pk"))
    mine = begun.filter(step__version__runbook=runbook)
    would = Q(service=runbook.service_id) & Q(first=runbook.pk) & ~Exists(begun)
    found: QuerySet[Incident] = Incident.objects.visible_to(viewer).open()
    found = found.annotate(first=Subquery(first))
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
def _first_of(service_id: int) -> QuerySet[Runbook]:
    return _with_newest().filter(service=service_id).order_by("pk")[:1]


@compiled
def _book(runbook_id: int) -> QuerySet[Runbook]:
    return _with_newest().filter(pk=runbook_id)


@compiled
def _steps(version_id: int) -> QuerySet[Step]:
    return Step.objects.filter(version=version_id).order_by("order", "pk")
