"""Asking for what one may not decide alone: a question with a clock, and somebody who answers."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.portal.refusals import refuse_if
from config.portal.sentences import phrase
from incidents.enums import ApprovalAnswer, EntryKind, Promise
from incidents.logic.deciding import why_not_answer, why_not_ask, why_not_withdraw
from incidents.logic.targets import AT_RISK_SHARE, Due
from incidents.models import Approval, Incident, ResponseClock
from incidents.operations import asking, clocks, closing, deciding, lifecycle, timeline
from incidents.operations.asking import Ask
from incidents.operations.deciding import Matter, SentBefore, choice_of, cut
from incidents.queries import policies, standing
from incidents.queries.deciding import purpose_of, question
from rosters.models import Person
from rosters.operations import telling
from rosters.operations.telling import Word

NOTE_LENGTH = 300


@transaction.atomic
def ask(incident: Incident, matter: Matter, *, by: Person, now: datetime) -> Approval:
    """Whoever must agree is told at once, and their minutes count.

    The same form sent twice answers with the same question. Raises Refused when `by` may not ask
    for it, may decide it alone, or when it has been asked already.
    """
    incident = lifecycle.lock(incident.pk)
    earlier = Approval.objects.filter(ask_key=matter.key).first()
    if earlier is not None:
        if (earlier.incident_id, earlier.decision_id) != (incident.pk, matter.kind.pk):
            raise SentBefore
        return earlier
    choice = choice_of(incident, matter.kind, by=by, now=now)
    refuse_if(why_not_ask(standing.state(incident), choice))
    if choice is None or choice.right is None or choice.right.approver_id is None:
        raise ValueError(f"nobody must agree to {matter.kind}")
    approval = Approval.objects.create(
        incident=incident,
        decision=matter.kind,
        detail=cut(matter.detail),
        asked_by=by,
        asked_at=now,
        ask_key=matter.key,
        approver_id=choice.right.approver_id,
    )
    clock = _begin(approval, minutes=choice.right.within_minutes, now=now)
    [found] = asking.next_in_turn([ask_of(clock)], now=now)
    timeline.record(
        incident,
        EntryKind.APPROVAL_ASKED,
        at=now,
        by=by,
        who=str(by),
        text=cut(matter.text),
        role=str(approval.approver),
        **(
            {"backup": found.full_name, "due_at": clock.target_at.isoformat()}
            if found
            else {"what": "nobody"}
        ),
    )
    return approval


def _begin(approval: Approval, *, minutes: int, now: datetime) -> ResponseClock:
    span = timedelta(minutes=minutes)
    due = Due(now + span, now + span * AT_RISK_SHARE)
    begun = clocks.Begun(
        approval.incident, Promise.DECIDE, due, role_id=approval.approver_id, approval=approval
    )
    [clock] = clocks.begin_all([begun], policies.book([Promise.DECIDE]), now=now)
    return clock


def ask_of(clock: ResponseClock) -> Ask:
    """What whoever must agree reads of the question that this clock counts for."""
    approval = clock.approval
    if approval is None:
        raise ValueError(f"clock {clock.pk} waits for no approval")
    return Ask(
        clock,
        purpose_of(approval),
        phrase(
            "{who} asks whether to {what}.",
            who=str(approval.asked_by),
            what=approval.decision.name,
        ),
        reverse("incidents:approval", args=[approval.pk]),
        by=approval.asked_by,
        note=approval.detail,
    )


@transaction.atomic
def answer(
    approval: Approval, given: ApprovalAnswer, *, note: str, by: Person, now: datetime
) -> Approval:
    """`by` agrees or says no; whoever asked is told, and what was agreed to is decided.

    The same answer twice changes nothing. Raises Refused when it is not theirs to answer, or when
    somebody else was faster.
    """
    lifecycle.lock(approval.incident_id)
    approval = _again(approval)
    if (approval.answer, approval.answered_by_id) == (given, by.pk):
        return approval
    refuse_if(why_not_answer(question(approval, by), reader_id=by.pk))
    _close(approval, given, note=note, by=by, now=now)
    timeline.record(
        approval.incident,
        EntryKind.APPROVAL_ANSWERED,
        at=now,
        by=by,
        who=str(by),
        backup=str(approval.asked_by),
        text=_text(approval),
        what=given.value,
        note=f" “{approval.note}”" if approval.note else "",
    )
    if given == ApprovalAnswer.APPROVED:
        deciding.agreed(approval, now=now)
    _tell_asker(approval, now=now)
    return approval


@transaction.atomic
def withdraw(approval: Approval, *, by: Person, now: datetime) -> Approval:
    """Whoever asked takes the question back; nobody needs to answer. Twice changes nothing."""
    lifecycle.lock(approval.incident_id)
    approval = _again(approval)
    if (approval.answer, approval.answered_by_id) == (ApprovalAnswer.WITHDRAWN, by.pk):
        return approval
    refuse_if(why_not_withdraw(question(approval, by), reader_id=by.pk))
    _close(approval, ApprovalAnswer.WITHDRAWN, note="", by=by, now=now)
    timeline.record(
        approval.incident,
        EntryKind.APPROVAL_ANSWERED,
        at=now,
        by=by,
        who=str(by),
        text=_text(approval),
        what=ApprovalAnswer.WITHDRAWN.value,
    )
    return approval


def _again(approval: Approval) -> Approval:
    """The row as it is now that its incident is locked."""
    rows = Approval.objects.select_related("incident", "decision", "asked_by", "approver")
    found: Approval = rows.select_related("answered_by").get(pk=approval.pk)
    return found


def _close(
    approval: Approval, given: ApprovalAnswer, *, note: str, by: Person, now: datetime
) -> None:
    approval.answer, approval.answered_at, approval.answered_by = given, now, by
    approval.note = note[:NOTE_LENGTH]
    approval.save(update_fields=["answer", "answered_at", "answered_by", "note"])
    closing.end([approval], by=by, now=now)


def _text(approval: Approval) -> str:
    return cut(Matter(approval.decision, approval.ask_key, approval.detail).text)


def _tell_asker(approval: Approval, *, now: datetime) -> None:
    name, by = approval.incident.reference, approval.answered_by
    said = "agrees" if approval.answer == ApprovalAnswer.APPROVED else "says no"
    link = settings.PUBLIC_URL + reverse("incidents:approval", args=[approval.pk])
    what = "" if approval.incident.is_restricted else f" You asked: {_text(approval).rstrip('.')}."
    note = f" “{approval.note}”" if approval.note and not approval.incident.is_restricted else ""
    word = Word(
        topic="approval",
        topic_id=approval.pk,
        subject_key=f"approval:{approval.pk}",
        subject=f"{name}: {by} {said}",
        body=f"{by} {said}.{note}{what}\n\nRead more: {link}",
        is_pressing=True,
    )
    telling.tell(approval.asked_by, word, now=now)
