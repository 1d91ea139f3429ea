"""Somebody calls an expert by hand, or asks a colleague for help.

The rule's own calls go on as they are, nothing is said about how bad it is, and nothing of it is
counted for anybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.portal import queue
from config.portal.refusals import Refused, refuse_if
from config.portal.sentences import phrase, spoken
from incidents.enums import Answer, EntryKind
from incidents.logic import judgment
from incidents.models import Incident, Notification
from incidents.operations import lifecycle, timeline, wording
from incidents.operations.judgment.ending import asked_key
from incidents.queries import experts, standing, wordings
from incidents.queries.experts import Reach
from rosters.enums import Lane
from rosters.logic.drafts import MessageDraft
from rosters.logic.reasons import in_one_line
from rosters.models import Person, StakeholderRole
from rosters.operations import carriage, telling
from rosters.operations.telling import Word

NO_REASON = "Say what they are needed for, in a few words."


@dataclass(frozen=True)
class Ask:
    """Who is wanted, a person or whoever fills a role, and what for. `key` is one press."""

    key: UUID
    reason: str
    person: Person | None = None
    role: StakeholderRole | None = None
    is_help: bool = False


@transaction.atomic
def call(incident: Incident, asked: Ask, *, by: Person, now: datetime) -> Notification:
    """They are called now, or asked for help, by their urgent ways. One press calls once.

    Raises Refused when `by` may not, or when nobody can be reached.
    """
    incident = lifecycle.lock(incident.pk)
    purpose = f"{'help' if asked.is_help else 'expert'} {incident.pk}:{asked.key.hex[:8]}"
    known = Notification.objects.filter(incident=incident, purpose=purpose, asked_by=by)
    before = known.select_related("person").first()
    if before is not None:
        return before
    refuse_if(judgment.why_not_call(standing.of(by, incident), standing.state(incident)))
    reason = in_one_line(asked.reason)
    refuse_if("" if reason else NO_REASON)
    found = _reach(incident, asked, by=by, now=now)
    person = found.person
    if person is None:
        raise Refused(found.why_not)
    if person.person_id == by.pk:
        raise Refused("That is you. Choose somebody else.")
    made = Notification.objects.create(
        incident=incident,
        person_id=person.person_id,
        reason=person.reason,
        purpose=purpose,
        asked_by=by,
        note=reason,
        created_at=now,
    )
    drafts = _drafts(incident, made, found, is_help=asked.is_help, by=by)
    carriage.plan_messages(list(drafts), now=now)
    kind = EntryKind.HELP_ASKED if asked.is_help else EntryKind.EXPERT_CALLED
    timeline.record(
        incident,
        kind,
        at=now,
        by=by,
        who=str(by),
        target=person.full_name,
        role=person.reason,
        reason=judgment.ended(reason),
    )
    queue.wake("muster.carry")
    return made


def _reach(incident: Incident, asked: Ask, *, by: Person, now: datetime) -> Reach:
    if asked.person is not None:
        what = "asked for help" if asked.is_help else "called by hand"
        reason = f"{what} by {by.full_name}"
        return experts.reach_person(asked.person, reason=reason, now=now)
    if asked.role is not None:
        return experts.reach_role(asked.role, incident, now=now)
    raise Refused("Choose a person or a role.")


ASKS = spoken(
    {
        True: ("{who} asks you for help.", "{who} asks you for help: {why}"),
        False: ("{who} needs you.", "{who} needs you: {why}"),
    }
)
"""By whether it is for help: without what was written, and with it."""


def _drafts(
    incident: Incident, made: Notification, found: Reach, *, is_help: bool, by: Person
) -> Iterator[MessageDraft]:
    """The messages; of a restricted incident without what was written."""
    if found.person is None:
        return
    bare, whole = ASKS[is_help]
    why = judgment.ended(made.note)
    said = (
        phrase(bare, who=by.full_name)
        if incident.is_restricted
        else phrase(whole, who=by.full_name, why=why)
    )
    person, book = replace(found.person, reason=""), wordings.book()
    for contact in found.contacts:
        worded = wording.told(contact, person, incident, said=said, now=made.created_at, book=book)
        yield MessageDraft(
            topic=Notification.TOPIC,
            topic_id=made.pk,
            subject_key=asked_key(incident.pk),
            thread_key=f"incident:{incident.pk}",
            person_id=made.person_id,
            contact_point_id=worded.contact_point_id,
            subject=worded.subject,
            body=worded.body,
            lane=Lane.ESCALATION,
            delay=worded.delay,
        )


@transaction.atomic
def answer(
    incident: Incident, asked_id: int, *, comes: bool, by: Person, now: datetime
) -> Notification:
    """Who was asked is on the way, or cannot; whoever asked hears it. The last answer counts."""
    incident = lifecycle.lock(incident.pk)
    rows = Notification.objects.filter(incident=incident, person=by, asked_by__isnull=False)
    asked = rows.select_related("asked_by").filter(pk=asked_id).first()
    state = standing.state(incident)
    refuse_if(judgment.why_not_answer_help(state, is_asked=asked is not None))
    said = Answer.ACKNOWLEDGED if comes else Answer.PASSED
    if asked is None or asked.answer == said:
        return asked or Notification()
    asked.answer, asked.answered_at = said, now
    asked.save(update_fields=["answer", "answered_at"])
    carriage.cancel_about(Notification.TOPIC, [asked.pk], now=now)
    params = {"who": str(by)} if comes else {"who": str(by), "what": "cannot"}
    timeline.record(incident, EntryKind.HELP_ANSWERED, at=now, by=by, **params)
    if asked.asked_by is not None:
        telling.tell(asked.asked_by, _word(incident, asked, comes=comes, by=by), now=now)
    return asked


def _word(incident: Incident, asked: Notification, *, comes: bool, by: Person) -> Word:
    name = incident.reference
    what = "is on the way" if comes else "cannot help now"
    link = settings.PUBLIC_URL + reverse("incidents:detail", args=[name])
    return Word(
        topic="help-coming" if comes else "help-cannot",
        topic_id=asked.pk,
        subject_key=asked_key(incident.pk),
        subject=f"{name}: {by.full_name} {what}",
        body=f"{by.full_name} {what}.\n\nOpen {name}: {link}",
        is_pressing=True,
    )
