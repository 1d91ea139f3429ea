"""Reading runbooks and the glossary."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from rosters.models import Service
from rosters.queries.compiled import compiled
from runbooks.logic import Line, StepText, compare
from runbooks.models import GlossaryTerm, Runbook, RunbookVersion, Step


def runbook_for(service: Service | None) -> Runbook | None:
    """The service's first runbook with its newest version at `runbook.current`, steps included."""
    if service is None:
        return None
    return next(iter(_first(service)), None)


@compiled
def _first(service: Service) -> QuerySet[Runbook]:
    newest = Prefetch(
        "versions",
        RunbookVersion.objects.order_by("-number").prefetch_related("steps"),
        to_attr="newest_first",
    )
    return Runbook.objects.filter(service=service).prefetch_related(newest).order_by("pk")[:1]


def meanings() -> dict[str, str]:
    """What every word of the glossary means, by its slug; one query."""
    return dict(_meanings())


@compiled
def _meanings() -> QuerySet[GlossaryTerm, Any]:
    return GlossaryTerm.objects.values_list("slug", "meaning")


def for_list() -> QuerySet[Runbook]:
    """Every runbook with the number, day, author and steps of its newest version."""
    newest = RunbookVersion.objects.filter(runbook=OuterRef("pk")).order_by("-number")
    steps = Step.objects.filter(version=OuterRef("newest_id")).order_by().values("version")
    return Runbook.objects.select_related("service").annotate(
        newest_id=Subquery(newest.values("pk")[:1]),
        number=Subquery(newest.values("number")[:1]),
        published_at=Subquery(newest.values("published_at")[:1]),
        published_by=Subquery(newest.values("published_by__full_name")[:1]),
        steps_total=Subquery(steps.annotate(total=Count("pk")).values("total")),
    )


def matching(rows: QuerySet[Runbook], text: str) -> QuerySet[Runbook]:
    """Those of `for_list` whose title, purpose or newest steps hold these words."""
    steps = Step.objects.filter(
        Q(text__icontains=text) | Q(command__icontains=text) | Q(expected__icontains=text),
        version=OuterRef("newest_id"),
    )
    return rows.filter(Q(title__icontains=text) | Q(when_to_use__icontains=text) | Exists(steps))


def services_without() -> list[Service]:
    """Services that have no runbook yet, those that matter most first."""
    found = Service.objects.filter(runbooks__isnull=True).select_related("owner_team")
    return list(found.order_by("tier", "name", "pk"))


def services_total() -> int:
    """How many services there are, with a runbook or without."""
    return Service.objects.count()


@dataclass(frozen=True)
class RunbookPage:
    """One runbook at one version, and how that version differs from another."""

    runbook: Runbook
    versions: Sequence[RunbookVersion]
    version: RunbookVersion | None
    other: RunbookVersion | None
    steps: Sequence[Step]
    lines: Sequence[Line]

    @property
    def is_newest(self) -> bool:
        return not self.versions or self.version == self.versions[0]

    @property
    def others(self) -> list[RunbookVersion]:
        """What the shown version can be compared with."""
        return [one for one in self.versions if one != self.version]

    @property
    def changes(self) -> list[Line]:
        """Only the steps that differ."""
        return [line for line in self.lines if line.word != "Same"]


def runbook_page(runbook: Runbook, *, number: int | None, other: int | None) -> RunbookPage:
    """The runbook at version `number`, else the newest, beside `other`, else the one before."""
    versions = list(runbook.versions.select_related("published_by").order_by("-number"))
    by_number = {version.number: version for version in versions}
    shown = by_number.get(number or 0) or (versions[0] if versions else None)
    before = [one for one in versions if shown and one.number < shown.number]
    beside = by_number.get(other or 0) or (before[0] if before else None)
    beside = None if beside == shown else beside
    found = Step.objects.filter(version__in=[one for one in (shown, beside) if one])
    steps: dict[int, list[Step]] = {}
    for step in found.order_by("order", "pk"):
        steps.setdefault(step.version_id, []).append(step)
    mine = steps.get(shown.pk, []) if shown else []
    theirs = steps.get(beside.pk, []) if beside else []
    lines = compare(_texts(theirs), _texts(mine)) if beside else ()
    return RunbookPage(runbook, versions, shown, beside, mine, lines)


def _texts(steps: Sequence[Step]) -> list[StepText]:
    return [
        StepText(step.get_kind_display(), step.text, step.expected, step.command, step.undo)
        for step in steps
    ]


@dataclass(frozen=True)
class Letter:
    """One letter of the glossary with its words."""

    letter: str
    terms: Sequence[GlossaryTerm]


def glossary(text: str = "") -> list[Letter]:
    """The words from A to Z, narrowed to those that hold `text`."""
    found = GlossaryTerm.objects.all()
    if text:
        found = found.filter(
            Q(term__icontains=text)
            | Q(meaning__icontains=text)
            | Q(example__icontains=text)
            | Q(instead_of__icontains=text)
        )
    terms = sorted(found, key=lambda term: term.term.casefold())
    return [
        Letter(letter, list(group))
        for letter, group in groupby(terms, key=lambda term: _letter(term))
    ]


def _letter(term: GlossaryTerm) -> str:
    first = term.term[:1].upper()
    return first if first.isascii() and first.isalpha() else "#"
