"""What somebody hands over on a later day: kept, carried out when the time has come, called off."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

import pghistory
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.front.logic.leaving import DATED, Chosen, Place, why_not_call_off
from config.front.operations import giving
from config.front.queries import leaver as reading
from config.portal.refusals import Refused, refuse_if
from rosters.enums import HandOverState
from rosters.models import Person, PlannedHandOver
from rosters.operations import leaving, taking_back, telling
from rosters.operations.handing_over import Part
from rosters.operations.telling import Word

logger = logging.getLogger(__name__)

IS_OVER = "It has happened already. Nothing was changed."
IS_OFF = "It was called off already."
ANOTHER_DAY = (
    "A hand-over is planned for another moment. Call it off first, or choose the day that was"
    " planned."
)


def check(person: Person, chosen: Chosen, *, last_moment: datetime | None, now: datetime) -> None:
    """Raises Refused when something is planned for another moment than they leave."""
    if not chosen.leaves:
        return
    moment = max(last_moment or now, now)
    if any(plan.due_at not in (moment, last_moment) for plan in reading.plans_of(person)):
        raise Refused(ANOTHER_DAY)


def keep(
    person: Person,
    taken: Sequence[tuple[Place, Person]],
    parts: Iterable[Part],
    *,
    at: datetime,
    by: Person,
    now: datetime,
    reason: str,
) -> PlannedHandOver:
    """What was chosen stands written until `at`; `parts` is what was dated already."""
    return PlannedHandOver.objects.create(
        person=person,
        due_at=at,
        successors={place.key: new.pk for place, new in taken},
        parts=[asdict(part) for part in parts],
        reason=reason,
        planned_by=by,
        planned_at=now,
    )


@transaction.atomic
def call_off(plan: PlannedHandOver, *, stays: bool, by: Person, now: datetime) -> int:
    """Everything stays with whom it is; `stays`: and they do not leave then either.

    Returns how many things somebody has changed since, which stay as they are. Raises Refused.
    """
    plan = PlannedHandOver.objects.select_for_update(no_key=True).get(pk=plan.pk)
    person = Person.objects.select_for_update(no_key=True).get(pk=plan.person_id)
    part = reading.part_of(by, person)
    refuse_if(why_not_call_off(part, planned_by_reader=plan.planned_by_id == by.pk))
    if plan.state == HandOverState.CALLED_OFF:
        raise Refused(IS_OFF)
    if plan.state == HandOverState.DONE or plan.due_at <= now:
        raise Refused(IS_OVER)
    with pghistory.context(user=by.pk, reason="The hand-over was called off"):
        parts = [Part(**one) for one in plan.parts]
        kept = taking_back.take_back(parts, person, set(plan.successors.values()), at=plan.due_at)
        if stays and part.is_administrator:
            leaving.stay(person, now=now)
    _settle(plan, HandOverState.CALLED_OFF, by=by, now=now)
    return kept


def carry_out_due(*, now: datetime) -> int:
    """Every hand-over whose time has come is done; returns how many.

    It is a sweep: repeating it changes nothing, and one that fails is tried again by the next.
    """
    due = PlannedHandOver.objects.filter(state=HandOverState.PLANNED, due_at__lte=now)
    done = 0
    for pk in due.order_by("due_at", "pk").values_list("pk", flat=True):
        try:
            done += _carry_out(pk, now=now)
        except Exception:
            logger.exception("a planned hand-over failed", extra={"hand_over": pk})
    return done


@transaction.atomic
def _carry_out(pk: int, *, now: datetime) -> bool:
    rows = PlannedHandOver.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
    still = rows.filter(pk=pk, state=HandOverState.PLANNED, due_at__lte=now)
    plan = still.select_related("person", "planned_by").first()
    if plan is None:
        return False
    people = Person.objects.in_bulk(set(plan.successors.values()))
    troubles = []
    with pghistory.context(user=plan.planned_by_id, reason=plan.reason):
        for place in reading.places_of(plan.person, reader=plan.planned_by, now=now):
            new = people.get(plan.successors.get(place.key, 0))
            why_not = _give(place, plan, new, now=now) if new else None
            troubles += [f"{place.title}: {why_not}"] if why_not else []
    plan.outcome = "\n".join(troubles)
    _settle(plan, HandOverState.DONE, by=None, now=now)
    if troubles:
        _tell(plan, troubles, now=now)
    return True


def _give(place: Place, plan: PlannedHandOver, new: Person, *, now: datetime) -> str | None:
    """One thing goes to `new`, unless it went already; says why when it cannot."""
    if place.kind in DATED:
        return None  # what stands here still was put back on purpose
    if new.has_left(now):
        return f"{new.full_name} has left."
    try:
        with transaction.atomic():
            giving.give_undated([(place, new)], plan.person)
    except Refused as refused:
        return str(refused)
    return None


def _settle(
    plan: PlannedHandOver, state: HandOverState, *, by: Person | None, now: datetime
) -> None:
    plan.state, plan.settled_at, plan.settled_by = state, now, by
    plan.save(update_fields=["state", "settled_at", "settled_by", "outcome"])


def _tell(plan: PlannedHandOver, troubles: Sequence[str], *, now: datetime) -> None:
    """Whoever planned it reads what could not be done; when they are gone, the administrators."""
    name = plan.person.full_name
    number = len(troubles)
    link = settings.PUBLIC_URL + reverse("front:leaving", args=[plan.person_id])
    word = Word(
        topic="planned-hand-over",
        topic_id=plan.pk,
        subject_key=f"leaver:{plan.person_id}",
        subject=f"{number} thing{'' if number == 1 else 's'} of {name} went to nobody",
        body="\n".join(
            [
                f"You planned what {name} hands over. This could not be done:",
                "",
                *troubles,
                "",
                f"Choose somebody else: {link}",
            ]
        ),
    )
    planner = plan.planned_by
    readers = [planner] if not planner.has_left(now) else []
    if not readers:
        chiefs = Person.objects.employed(now=now).filter(is_superuser=True, may_sign_in=True)
        readers = list(chiefs.order_by("pk"))
    for one in readers:
        telling.tell(one, word, now=now)
