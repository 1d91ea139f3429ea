"""Drills: planned, finished with what they showed, or called off. Nobody is called by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from config.portal.refusals import Refused, refuse_if
from reviews.logic import actions as action_rules
from reviews.logic import drills as rules
from reviews.logic.actions import Owner
from reviews.models import Drill, DrillFinding
from reviews.queries import drills as queries
from rosters.models import Person, Service


@dataclass(frozen=True)
class FindingDraft:
    """One thing that a drill showed, who deals with it, and by when."""

    text: str
    owner: Person
    due_date: date


class CannotDrill(Refused):
    """A drill is not possible like this; `field` is what to change, `draft` in which finding."""

    def __init__(self, field: str, why_not: str, *, draft: FindingDraft | None = None) -> None:
        super().__init__(why_not)
        self.field = field
        self.draft = draft


@transaction.atomic
def plan(
    service: Service,
    *,
    title: str,
    kind: str,
    leader: Person,
    planned_at: datetime,
    by: Person,
    now: datetime,
) -> Drill:
    """A drill of the service stands in the plan."""
    refuse_if(rules.why_not_plan(queries.part_of(by, service), service=service.name))
    has_left = leader.left_at is not None and leader.left_at <= now
    _demand("title", rules.why_not_title(title))
    _demand("leader", rules.why_not_leader(leader.full_name, has_left=has_left))
    _demand("planned_at", rules.why_not_planned_at(planned_at, now=now))
    return Drill.objects.create(
        title=title.strip(),
        kind=kind,
        service=service,
        leader=leader,
        planned_at=planned_at,
        created_at=now,
        created_by=by,
    )


@transaction.atomic
def finish(
    drill: Drill,
    *,
    passed: bool,
    asked: int | None = None,
    answered: int | None = None,
    summary: str = "",
    findings: Sequence[FindingDraft] = (),
    by: Person,
    now: datetime,
) -> Drill:
    """The drill has its result, and each finding has one owner and one date.

    A drill that has a result keeps it: doing it twice is refused with a sentence.
    """
    drill = _lock(drill)
    part = queries.part_of(by, drill.service, leader_id=drill.leader_id)
    refuse_if(rules.why_not_finish(part, queries.state(drill), now=now))
    _demand("answered", rules.why_not_count(asked, answered))
    texts = [one.text for one in findings]
    _demand("summary", rules.why_not_result(passed=passed, findings=texts, summary=summary))
    for draft in findings:
        _judge(draft, by=by, now=now)
    drill.finished_at = now
    drill.passed = passed
    drill.asked, drill.answered = asked, answered
    drill.summary = summary.strip()
    drill.save(update_fields=["finished_at", "passed", "asked", "answered", "summary"])
    DrillFinding.objects.bulk_create(
        DrillFinding(drill=drill, text=one.text.strip(), owner=one.owner, due_date=one.due_date)
        for one in findings
    )
    return drill


@transaction.atomic
def call_off(drill: Drill, *, by: Person, now: datetime) -> Drill:
    """The drill will not happen. Doing it twice changes nothing."""
    drill = _lock(drill)
    if drill.called_off_at is not None:
        return drill
    part = queries.part_of(by, drill.service, leader_id=drill.leader_id)
    refuse_if(rules.why_not_act(part, queries.state(drill)))
    drill.called_off_at = now
    drill.save(update_fields=["called_off_at"])
    return drill


@transaction.atomic
def close(finding: DrillFinding, *, by: Person, now: datetime) -> DrillFinding:
    """What the drill showed is dealt with. Doing it twice changes nothing: the first one did it."""
    finding = _lock_finding(finding, by=by)
    if finding.done_at is None:
        finding.done_at, finding.done_by = now, by
        finding.save(update_fields=["done_at", "done_by"])
    return finding


@transaction.atomic
def reopen(finding: DrillFinding, *, by: Person, now: datetime) -> DrillFinding:  # noqa: ARG001  # operations take `now`
    """What the drill showed is not dealt with after all. Doing it twice changes nothing."""
    finding = _lock_finding(finding, by=by)
    finding.done_at = finding.done_by = None
    finding.save(update_fields=["done_at", "done_by"])
    return finding


def _lock_finding(finding: DrillFinding, *, by: Person) -> DrillFinding:
    finding = (
        DrillFinding.objects.select_for_update(no_key=True, of=("self",))
        .select_related("owner", "drill__service")
        .get(pk=finding.pk)
    )
    drill = finding.drill
    part = queries.part_of(by, drill.service, leader_id=drill.leader_id)
    is_owner = finding.owner_id == by.pk
    refuse_if(rules.why_not_close(part, is_owner=is_owner, owner=finding.owner.full_name))
    return finding


def _lock(drill: Drill) -> Drill:
    return (
        Drill.objects.select_for_update(no_key=True, of=("self",))
        .select_related("service")
        .get(pk=drill.pk)
    )


def _judge(draft: FindingDraft, *, by: Person, now: datetime) -> None:
    owner = Owner(
        draft.owner.full_name,
        has_left=draft.owner.left_at is not None and draft.owner.left_at <= now,
    )
    today = now.astimezone(ZoneInfo(by.time_zone)).date()
    _demand("text", rules.why_not_finding(draft.text), draft=draft)
    _demand("owner", action_rules.why_not_owner(owner), draft=draft)
    _demand("due_date", action_rules.why_not_due(draft.due_date, today=today), draft=draft)


def _demand(field: str, why_not: str | None, *, draft: FindingDraft | None = None) -> None:
    if why_not:
        raise CannotDrill(field, why_not, draft=draft)
