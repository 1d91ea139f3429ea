"""Files on their way in, as their pages show them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Func, IntegerField, QuerySet

from config.portal.sentences import Sentence, from_json
from rosters.enums import ImportState, ImportSubject
from rosters.logic.imports import states
from rosters.logic.roles import why_not_read_audit
from rosters.models import ImportRun, Person
from rosters.queries import roles
from rosters.queries.importing import may_import

PAGE_SIZE = 100
LATEST = 30
HEAVY = ("content", "mistakes", "differences")


@dataclass(frozen=True)
class Shown:
    """One difference, as it is read."""

    row: int
    about: str
    said: tuple[Sentence, ...]
    is_fresh: bool


@dataclass(frozen=True)
class RunPage:
    """One import with one page of what the check found."""

    run: ImportRun
    page: "Page[Any]"
    mistakes: int
    changes: int
    fresh: int
    wrong_rows: int
    why_not: str | None
    may_withdraw: bool
    may_read_trail: bool
    """Whether the reader may open the audit log; others read each contact's own history."""

    @property
    def state(self) -> str:
        return self.run.state

    @property
    def is_under_way(self) -> bool:
        return self.run.state in states.UNDER_WAY

    @property
    def subject(self) -> str:
        return ImportSubject(self.run.subject).label

    @property
    def differences(self) -> list[Shown]:
        return [_shown(one) for one in self.page] if not self.mistakes else []


def latest(subjects: Collection[str]) -> QuerySet[ImportRun]:
    """The last files of these subjects, the latest first, with how much each holds."""
    found: QuerySet[ImportRun] = (
        ImportRun.objects.filter(subject__in=subjects)
        .select_related("uploaded_by")
        .annotate(mistakes_found=_length("mistakes"), changes_found=_length("differences"))
        .defer(*HEAVY)
        .order_by("-uploaded_at", "-pk")[:LATEST]
    )
    return found


def find(pk: int, *, reader: Person) -> ImportRun | None:
    """The import, if the reader may send a file of its subject."""
    run: ImportRun | None = (
        ImportRun.objects.select_related("uploaded_by").defer("content").filter(pk=pk).first()
    )
    return run if run is not None and may_import(reader, run.subject) else None


def page_of(run: ImportRun, *, reader: Person, number: str | None) -> RunPage:
    is_own = run.uploaded_by_id == reader.pk
    found: Sequence[Any] = run.mistakes or run.differences
    return RunPage(
        run,
        Paginator(found, PAGE_SIZE).get_page(number),
        mistakes=len(run.mistakes),
        changes=len(run.differences),
        fresh=sum(bool(one.get("fresh")) for one in run.differences),
        wrong_rows=len({one["row"] for one in run.mistakes}),
        why_not=states.why_not_apply(run.state, is_own=is_own, changes=len(run.differences)),
        may_withdraw=states.why_not_withdraw(run.state, is_own=is_own) is None,
        may_read_trail=why_not_read_audit(roles.of(reader)) is None,
    )


def is_over(state: str) -> bool:
    return ImportState(state) in states.ENDED


def _shown(one: dict[str, Any]) -> Shown:
    said = tuple(from_json(each) for each in one["said"])
    return Shown(one["row"], one["about"], said, bool(one.get("fresh")))


def _length(name: str) -> Func:
    return Func(F(name), function="jsonb_array_length", output_field=IntegerField())
