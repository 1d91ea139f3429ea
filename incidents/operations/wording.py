"""The words of a summons, for the channel that will carry them and the person who reads them."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from config.portal import words
from config.portal.sentences import Sentence
from incidents.enums import Promise
from incidents.logic import messages
from incidents.logic.messages import Call
from incidents.logic.summons import PlannedCall
from incidents.models import ResponseClock
from rosters.enums import Channel, SeverityLevel
from rosters.logic.directory import Candidate, Contact

SITUATIONS = {
    Promise.CONTAIN: "It is not contained yet.",
    Promise.RESOLVE: "It is not resolved yet.",
    Promise.UPDATE: "The status update is late.",
    Promise.REVIEW: "The review is not published yet.",
}


@dataclass(frozen=True)
class Worded:
    """One message, worded."""

    contact_point_id: int
    delay: timedelta
    subject: str
    body: str


def word(
    contact: Contact, person: Candidate, clock: ResponseClock, next_call: PlannedCall | None
) -> Worded:
    """What `person` reads or hears through `contact`. Times are in the person's own zone."""
    call = _call(person, clock, next_call)
    if contact.channel == Channel.SMS:
        link_length = len(settings.PUBLIC_URL) + len("/a/") + messages.LINK_LENGTH + len("/")
        body = messages.sms(call, link_length=link_length)
    elif contact.channel == Channel.PHONE:
        body = messages.voice(call)
    else:
        body = _email(call, person, clock, next_call)
    return Worded(contact.contact_point_id, contact.delay, messages.subject(call), body)


def _call(person: Candidate, clock: ResponseClock, next_call: PlannedCall | None) -> Call:
    incident = clock.incident
    level = SeverityLevel(incident.severity)
    title = "A restricted incident" if incident.is_restricted else incident.title
    others = (
        [one for one in next_call.people if one.person_id != person.person_id] if next_call else []
    )
    return Call(
        reference=incident.reference,
        severity_code=level.code,
        severity_word=level.word,
        title=title,
        reason=person.reason,
        may_answer=clock.promise == Promise.ACKNOWLEDGE,
        situation=SITUATIONS.get(Promise(clock.promise), ""),
        next_name=others[0].short_name if others else "",
        incident_link=settings.PUBLIC_URL + reverse("incidents:detail", args=[incident.reference]),
    )


def _email(
    call: Call, person: Candidate, clock: ResponseClock, next_call: PlannedCall | None
) -> str:
    zone = ZoneInfo(person.time_zone)
    lines = [
        Sentence("{title}.", {"title": call.title.rstrip(".")}),
        Sentence("Detected at {detected_at}.", {"detected_at": clock.incident.detected_at}),
        Sentence("{situation}", {"situation": call.situation}) if call.situation else None,
        Sentence("You are {reason}.", {"reason": call.reason}),
        _what_else(call, next_call),
    ]
    said = [
        words.as_text(line, zone=zone, now=clock.incident.detected_at) for line in lines if line
    ]
    link = messages.ANSWER_LINK if call.may_answer else call.incident_link
    ask = "Acknowledge or pass it on here" if call.may_answer else "Read more and act here"
    zone_line = words.as_text(
        Sentence(
            "Times are in {zone_name}.", {"zone_name": words.zone_name(zone, now=clock.started_at)}
        ),
        zone=zone,
        now=clock.started_at,
    )
    return "\n\n".join([*said, f"{ask}:\n{link}", zone_line])


def _what_else(call: Call, next_call: PlannedCall | None) -> Sentence | None:
    if not (call.may_answer and next_call and call.next_name):
        return None
    who = next_call.people[0].full_name
    return Sentence(
        "If you do not acknowledge by {due_at}, we call {who}.",
        {"due_at": next_call.at, "who": who},
    )
