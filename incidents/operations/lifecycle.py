"""What people do to an incident, from its opening to its published review."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from config.portal import queue
from config.portal.refusals import Refused, refuse_if
from config.portal.sentences import Param, Sentence
from incidents.enums import Answer, AnswerWay, EntryKind, HoldKind, IncidentEvent, Promise
from incidents.logic import access
from incidents.logic.attention import PURPOSE
from incidents.models import Incident, IncidentKey, Notification, RoleAssignment, TimelineEntry
from incidents.operations import attention, clocks, closing, each, resting, timeline
from incidents.operations.announcing import announce
from incidents.operations.judgment import ending
from incidents.operations.opening import FROM_THE_START
from incidents.operations.opening import Opening as Opening
from incidents.operations.opening import open_incident as open_incident
from incidents.queries import standing
from rosters.models import Person, StakeholderRole
from rosters.operations import roles

REPORT_LENGTH = 120
SAID_BY_HAND = (AnswerWay.SMS, AnswerWay.PHONE, AnswerWay.CHAT)
"""Ways of answering that the timeline names; a link has a kind of entry of its own."""
ENDED_BY_RESOLVING = (Promise.UPDATE, Promise.ATTENTION, Promise.FILL_ROLE)
ACKNOWLEDGED = ("first_acknowledged_at", "acknowledged_at", "acknowledged_by")
OPENED_AGAIN = (
    *ACKNOWLEDGED,
    "contained_at",
    "contained_by",
    "resolved_at",
    "resolved_by",
    "signals_resolved_at",
)


class AlreadyAcknowledged(Refused):
    """Somebody else was faster. `sentence` names them and the instant."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(
            f"{incident.acknowledged_by} has acknowledged {incident.reference} already."
        )
        self.sentence = Sentence(
            "{who} has had {reference} since {done_at}. You can rest.",
            {
                "who": str(incident.acknowledged_by),
                "reference": incident.reference,
                "done_at": incident.acknowledged_at or incident.detected_at,
            },
        )


class DeclaredBefore(Refused):
    """This very form has opened an incident already, with other answers."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(
            f"This form was sent before and opened {incident.reference}, with other answers. Press"
            " again to declare these as an incident of their own."
        )


def lock(incident_id: int) -> Incident:
    """The incident, locked until the transaction ends. First in the order incident, run, message.

    The lock lets rows that point at the incident be inserted, so the engine never waits for it.
    Whoever waits here reads the row as it is when the wait is over, but what is joined to it as it
    was before: so people whom an act sets are not joined, and asked for when they are needed.
    """
    incident: Incident = (
        Incident.objects.select_for_update(no_key=True, of=("self",))
        .select_related("service__owner_team")
        .get(pk=incident_id)
    )
    return incident


def declare(opening: Opening, *, by: Person, now: datetime) -> Incident:
    """As `open_incident`, by a person. The same form sent twice answers with the same incident.

    Where personal data may be at risk, whoever is responsible for it is told; where it is, only
    those with a part in the incident can read it.

    Raises DeclaredBefore when it was sent with other answers.
    """
    try:
        with transaction.atomic():
            return open_incident(opening, by=by, now=now)
    except IntegrityError:
        if opening.declare_key is None:
            raise
        found = Incident.objects.get(declare_key=opening.declare_key)
        if (found.title, found.service, found.declared_by) != (opening.title, opening.service, by):
            raise DeclaredBefore(found) from None
        return found


@transaction.atomic
def acknowledge(
    incident: Incident, *, by: Person, now: datetime, way: AnswerWay = AnswerWay.PORTAL
) -> Incident:
    """`by` is looking at it: the calls of the acknowledge clock stop, updates begin to be due.

    Where a step wants each of those whom it told, only the calls to `by` stop, until the others
    have acknowledged too. Doing it twice changes nothing. Raises AlreadyAcknowledged when somebody
    else was faster, and Refused when `by` may not.
    """
    incident = lock(incident.pk)
    refuse_if(access.why_not_acknowledge(standing.of(by, incident), standing.state(incident)))
    if incident.acknowledged_by_id == by.pk:
        return incident
    if incident.acknowledged_at is not None:
        if each.acknowledge_too(incident, by=by, now=now):
            return incident
        raise AlreadyAcknowledged(incident)
    _reach_acknowledged(incident, by=by, now=now, way=way)
    incident.save(update_fields=ACKNOWLEDGED)
    announce(IncidentEvent.ACKNOWLEDGED, [incident], now=now)
    return incident


def _reach_acknowledged(
    incident: Incident, *, by: Person, now: datetime, way: AnswerWay = AnswerWay.PORTAL
) -> None:
    incident.first_acknowledged_at = incident.first_acknowledged_at or now
    incident.acknowledged_at = now
    incident.acknowledged_by = by
    Notification.objects.filter(incident=incident, person=by, answer="").update(
        answer=Answer.ACKNOWLEDGED, answered_at=now, answered_through=way
    )
    ending.end_waits(incident, [HoldKind.SNOOZE], by=by, now=now)
    others = each.settle(incident, by=by, now=now)
    kind = EntryKind.ACKNOWLEDGED_BY_LINK if way == AnswerWay.LINK else EntryKind.ACKNOWLEDGED
    also: dict[str, Param] = {"what": way.value} if way in SAID_BY_HAND else {}
    also = {"what": "each", "others": _and(others)} if others else also
    entry = timeline.record(incident, kind, at=now, by=by, who=str(by), **also)
    resting.tell(incident, entry, by=by, now=now)
    if not clocks.is_open(incident, Promise.UPDATE):  # an update was posted before
        clocks.start(incident, Promise.UPDATE, now=now)
    attention.begin(incident, now=now)


@transaction.atomic
def hand_back(incident: Incident, *, by: Person, now: datetime) -> Incident:
    """The acknowledgement is undone: the calls go on now, from where they stopped."""
    incident = lock(incident.pk)
    refuse_if(access.why_not_hand_back(standing.of(by, incident), standing.state(incident)))
    unacknowledge(incident, now=now)
    timeline.record(incident, EntryKind.HANDED_BACK, at=now, by=by, who=str(by))
    return incident


def unacknowledge(incident: Incident, *, now: datetime) -> None:
    """Nobody is looking at it: its calls go on now. The caller holds the incident's lock.

    That somebody had been, and since when, stays true.
    """
    unacknowledge_all([incident], now=now)


def unacknowledge_all(incidents: Sequence[Incident], *, now: datetime) -> None:
    """As `unacknowledge`, for several, in a constant number of statements."""
    pks = [incident.pk for incident in incidents]
    for incident in incidents:
        incident.acknowledged_at = incident.acknowledged_by = None
    Incident.objects.filter(pk__in=pks).update(acknowledged_at=None, acknowledged_by=None)
    asked = Notification.objects.filter(
        incident__in=pks, purpose__startswith=f"{PURPOSE} ", answer=""
    )
    asked.update(answer=Answer.RELEASED, answered_at=now)
    resting.take_back(pks, now=now)
    clocks.stop_all(pks, [Promise.UPDATE, Promise.ATTENTION], now=now)
    clocks.reopen_all(incidents, Promise.ACKNOWLEDGE, now=now)


@transaction.atomic
def contain(incident: Incident, *, by: Person, at: datetime, now: datetime) -> Incident:
    """Customers are no longer affected since `at`. It also acknowledges, if nobody had."""
    incident = lock(incident.pk)
    state = standing.state(incident)
    refuse_if(access.why_not_contain(standing.of(by, incident), state))
    refuse_if(access.why_not_milestone_at(state, at=at, now=now))
    _reach_contained(incident, by=by, at=at, now=now)
    incident.save(update_fields=[*ACKNOWLEDGED, "contained_at", "contained_by"])
    announce(IncidentEvent.CONTAINED, [incident], now=now)
    return incident


def _reach_contained(incident: Incident, *, by: Person, at: datetime, now: datetime) -> None:
    if incident.acknowledged_at is None:
        _reach_acknowledged(incident, by=by, now=now)
    # who still ran the release before did not note it
    incident.first_acknowledged_at = incident.first_acknowledged_at or incident.acknowledged_at
    incident.contained_at = at
    incident.contained_by = by
    clocks.meet(incident, [Promise.ACKNOWLEDGE, Promise.CONTAIN], now=now)
    timeline.record(
        incident, EntryKind.CONTAINED, at=now, by=by, who=str(by), contained_at=_iso(at)
    )


@transaction.atomic
def undo_contain(incident: Incident, *, by: Person, now: datetime) -> Incident:
    """Within two minutes: it is not contained after all, and its steps go on as if never stopped.

    Whoever marked it, or the commander, may. An acknowledgement that it brought along stays, and
    so does what the timeline says. An update posted meanwhile is followed by the next one as soon
    as of an incident that was never contained.
    """
    incident = lock(incident.pk)
    containment = standing.containment(by, incident)
    refuse_if(access.why_not_undo_contain(standing.state(incident), containment, now=now))
    incident.contained_at = None
    incident.contained_by = None
    incident.save(update_fields=["contained_at", "contained_by"])
    timeline.record(incident, EntryKind.HANDED_BACK, at=now, by=by, who=str(by), what="contained")
    clocks.resume(incident, Promise.CONTAIN, now=now)
    clocks.unstretch_update(incident, now=now)
    return incident


@transaction.atomic
def resolve(incident: Incident, *, by: Person, at: datetime, now: datetime) -> Incident:
    """All is back to normal since `at`: every other clock ends and the review begins to be due."""
    incident = lock(incident.pk)
    state = standing.state(incident)
    refuse_if(access.why_not_resolve(standing.of(by, incident), state))
    refuse_if(access.why_not_milestone_at(state, at=at, now=now))
    if incident.contained_at is None:
        _reach_contained(incident, by=by, at=at, now=now)
    elif incident.acknowledged_at is None:  # it was handed back: its calls end here
        _reach_acknowledged(incident, by=by, now=now)
    incident.resolved_at = at
    incident.resolved_by = by
    incident.save(
        update_fields=[
            *ACKNOWLEDGED,
            "contained_at",
            "contained_by",
            "resolved_at",
            "resolved_by",
        ]
    )
    timeline.record(incident, EntryKind.RESOLVED, at=now, by=by, who=str(by))
    _end_of_trouble(incident, now=now)
    return incident


def _end_of_trouble(incident: Incident, *, now: datetime) -> None:
    ending.end_everything(incident, by=incident.resolved_by, now=now)
    clocks.meet(incident, [Promise.RESOLVE], now=now)
    clocks.stop(incident, ENDED_BY_RESOLVING, now=now)
    IncidentKey.objects.filter(incident=incident).delete()
    closing.end_with(incident, now=now)
    after = [Promise.REVIEW] if incident.cause_known_at else [Promise.REVIEW, Promise.ROOT_CAUSE]
    clocks.start_all([incident], after, now=now)
    announce(IncidentEvent.RESOLVED, [incident], now=now)
    queue.wake("muster.sweep_reviews")


@transaction.atomic
def resolve_by_itself(incident: Incident, *, now: datetime) -> bool:
    """Its signals have been quiet for as long as its source's rule says, so it ends with them.

    Nobody has to do it, and nobody is named. Returns False when it is resolved already, or when a
    signal fires again.
    """
    incident = lock(incident.pk)
    quiet_since = incident.signals_resolved_at
    if not incident.is_open or quiet_since is None:
        return False
    incident.contained_at = incident.contained_at or quiet_since
    incident.resolved_at = quiet_since
    incident.save(update_fields=["contained_at", "resolved_at"])
    clocks.meet(incident, [Promise.ACKNOWLEDGE, Promise.CONTAIN], now=now)
    timeline.record(incident, EntryKind.RESOLVED_BY_ITSELF, at=now, source=str(incident.source))
    _end_of_trouble(incident, now=now)
    return True


def open_again(incidents: Sequence[Incident], *, now: datetime) -> None:
    """They were resolved too early: their signals fire again, and people are called anew.

    What had been reached stands on the timeline; from here on nobody looks at it, it is not
    contained, and the clocks that follow a resolution start from `now`. The caller holds the locks.
    """
    if not incidents:
        return
    pks = [incident.pk for incident in incidents]
    entries = [
        timeline.draft(
            incident,
            EntryKind.REOPENED,
            at=now,
            by=None,
            resolved_at=_iso(incident.resolved_at or now),
            **timeline.reporter(incident),
        )
        for incident in incidents
    ]
    clocks.stop_all(pks, [Promise.REVIEW, Promise.ROOT_CAUSE], now=now)
    for incident in incidents:
        incident.acknowledged_at = incident.contained_at = incident.resolved_at = None
        incident.acknowledged_by = incident.contained_by = incident.resolved_by = None
        incident.signals_resolved_at = None
    Incident.objects.bulk_update(incidents, [*OPENED_AGAIN])
    TimelineEntry.objects.bulk_create(entries)
    clocks.start_all(incidents, FROM_THE_START, now=now)
    announce(IncidentEvent.OPENED, incidents, now=now)


@transaction.atomic
def mark_reviewed(incident: Incident, *, by: Person, now: datetime) -> Incident:
    """The review is published: the last milestone. Doing it twice changes nothing."""
    incident = lock(incident.pk)
    if incident.resolved_at is None:
        raise Refused(f"{incident.reference} is not resolved yet. Resolve it first.")
    if incident.reviewed_at is not None:
        return incident
    incident.reviewed_at = now
    incident.reviewed_by = by
    incident.save(update_fields=["reviewed_at", "reviewed_by"])
    clocks.meet(incident, [Promise.REVIEW], now=now)
    timeline.record(incident, EntryKind.REVIEWED, at=now, by=by, who=str(by))
    announce(IncidentEvent.REVIEWED, [incident], now=now)
    return incident


@transaction.atomic
def take_command(incident: Incident, *, by: Person, now: datetime) -> Incident:
    """`by` is the incident commander from `now` on; whoever was before is released."""
    incident = lock(incident.pk)
    commander = standing.commander_of(incident)
    part, state = standing.of(by, incident), standing.state(incident)
    refuse_if(access.why_not_take_command(part, state, commander=str(commander or "")))
    if commander == by:
        return incident
    role = _commanders_role()
    held = RoleAssignment.objects.filter(incident=incident, role=role, released_at__isnull=True)
    held.update(released_at=now)
    RoleAssignment.objects.create(incident=incident, role=role, person=by, assumed_at=now)
    clocks.meet(incident, [Promise.FILL_ROLE], now=now, role_id=role.pk)
    timeline.record(incident, EntryKind.COMMAND_TAKEN, at=now, by=by, who=str(by))
    return incident


def _commanders_role() -> StakeholderRole:
    """The role that comes with Muster; whoever deleted it must keep nobody from leading."""
    asked = StakeholderRole.objects.filter(slug=standing.COMMANDER)
    if not asked.exists():
        roles.load(renew=False)
    found = asked.first()
    if found is None:
        raise Refused(
            f"No role has the short address “{standing.COMMANDER}”. An administrator can give it"
            " to one, under “Roles” in the admin."
        )
    return found


@transaction.atomic
def give_back_command(incident: Incident, *, by: Person, now: datetime) -> Incident:
    """`by` leads no more, and nobody does until somebody takes command."""
    incident = lock(incident.pk)
    leads = standing.commander_of(incident) == by
    refuse_if(access.why_not_give_back_command(standing.state(incident), leads=leads))
    held = RoleAssignment.objects.filter(
        incident=incident, role__slug=standing.COMMANDER, released_at__isnull=True
    )
    held.update(released_at=now)
    clocks.start(incident, Promise.FILL_ROLE, now=now)
    timeline.record(incident, EntryKind.HANDED_BACK, at=now, by=by, who=str(by), what="command")
    return incident


def add_note(incident: Incident, *, by: Person, text: str, now: datetime) -> None:
    """A note stands on the timeline. Anybody who may read the incident may write one."""
    timeline.record(incident, EntryKind.NOTE, at=now, by=by, text=text)


def report_again(
    incident: Incident, *, by: Person, title: str, now: datetime, is_personal: bool
) -> None:
    """Somebody reports what is known already: their words stand on the timeline, nobody is called.

    Raises Refused where the words would be read by more people than they may.
    """
    if not incident.is_open:
        raise Refused(f"{incident.reference} is resolved meanwhile. Declare it as a new one.")
    if is_personal and not incident.is_restricted:
        raise Refused(
            f"Everyone can read {incident.reference}. Personal data is at risk here: declare it on"
            " its own, so that few read it."
        )
    said = " ".join(title.replace("\0", "").split())[:REPORT_LENGTH]
    text = f"Reported again: “{said}”." if said else "Reported again."
    timeline.record(incident, EntryKind.NOTE, at=now, by=by, text=text)


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _iso(at: datetime) -> str:
    return at.isoformat()
