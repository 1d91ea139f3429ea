"""Where personal data may be at risk, whoever is responsible for it is told straight away."""

from datetime import datetime

from config.portal import queue
from incidents.enums import EntryKind, PersonalData
from incidents.models import Incident, Notification
from incidents.operations import timeline, wording
from incidents.queries.privacy import Keeper, keeper_for
from rosters.enums import Lane
from rosters.logic.drafts import MessageDraft
from rosters.models import Person
from rosters.operations import carriage

PURPOSE = "personal data"
SAID = {
    PersonalData.YES: "Personal data is at risk.",
    PersonalData.UNSURE: "Personal data may be at risk. Nobody is sure yet.",
}


def tell(incident: Incident, answer: PersonalData, *, by: Person, now: datetime) -> None:
    """The privacy officer knows, and it stands on the timeline; in the caller's transaction.

    They need not acknowledge anything: they are told, and have a part in the incident.
    """
    said = SAID.get(answer)
    if said is None:
        return
    timeline.record(incident, EntryKind.NOTE, at=now, by=by, text=said)
    keeper = keeper_for(incident, now=now)
    if keeper is None:
        nobody = "Nobody who looks after personal data can be reached. Phone them yourself."
        timeline.record(incident, EntryKind.NOTE, at=now, by=None, text=nobody)
        return
    _summon(incident, keeper, said, now=now)
    person = keeper.person
    timeline.record(incident, EntryKind.TOLD, at=now, who=person.full_name, reason=person.reason)
    queue.wake("muster.carry")


def _summon(incident: Incident, keeper: Keeper, said: str, *, now: datetime) -> None:
    notification = Notification.objects.create(
        incident=incident,
        person_id=keeper.person.person_id,
        reason=keeper.person.reason,
        purpose=f"{PURPOSE} {incident.pk}",
        created_at=now,
    )
    situation = "" if incident.is_restricted else said
    call = wording.call_of(incident, keeper.person, situation=situation)
    said_in_full = wording.paragraphs(call, keeper.person, incident, more=None, now=now)
    worded = [wording.put(contact, call, said_in_full) for contact in keeper.contacts]
    drafts = [
        MessageDraft(
            topic="notification",
            topic_id=notification.pk,
            subject_key=f"privacy:{incident.pk}",
            thread_key=f"incident:{incident.pk}",
            person_id=keeper.person.person_id,
            contact_point_id=one.contact_point_id,
            subject=one.subject,
            body=one.body,
            lane=Lane.ESCALATION,
            delay=one.delay,
        )
        for one in worded
    ]
    carriage.plan_messages(drafts, now=now)
