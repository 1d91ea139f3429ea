"""What the database counts is what `scoring.score` makes of the same rows, one by one."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from incidents.models import Incident, ResponseClock
from reviews.logic.scoring import STEPS, ActionFacts, IncidentFacts, Score, score
from reviews.models import ActionItem, Review
from reviews.queries.scorecards import MILESTONES, scorecards
from rosters.models import Service
from tests.world import NOW, World

DAYS = 90
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
REACHED = (0, 1, 2, 3)  # how many of the three steps
DETECTED = (2 * MINUTE, 40 * MINUTE, 3 * DAY, 89 * DAY, 91 * DAY)  # before now; the last too old
PROMISED = {"acknowledge": 5, "contain": 45, "resolve": 240}  # minutes after detection


def build_incident(world: World, number: int, reached: int, detected_at: datetime) -> Incident:
    """Number decides what else is special about it."""
    took = [3 + number % 5, 30 + 7 * (number % 6), 100 + 41 * (number % 7)]
    milestones = {
        name: detected_at + minutes * MINUTE
        for name, minutes in list(zip(MILESTONES.values(), took, strict=True))[:reached]
    }
    if "first_acknowledged_at" in milestones:
        milestones["acknowledged_at"] = milestones["first_acknowledged_at"]
    by_hand = milestones.keys() - {"first_acknowledged_at"}
    people = {name.replace("_at", "_by"): world.alice for name in by_hand}
    services = (world.service, Service.objects.get(slug="search"), None)
    return Incident.objects.create(
        title=f"Trouble {number}",
        severity=1 + number % 4,
        service=services[number % 3],
        is_restricted=number % 11 == 0,
        detected_at=detected_at,
        escalated_at=detected_at + 4 * MINUTE if number % 4 == 0 else None,
        **milestones,
        **people,
    )


def promise(incident: Incident, number: int) -> None:
    """Clocks as they come: none, one a step, stopped ones, a newer one that counts, an update's."""
    if number % 7 == 0:
        return
    for step, minutes in PROMISED.items():
        met_at = getattr(incident, MILESTONES[step])
        start_clock(incident, step, minutes, met_at=met_at)
        if number % 5 == 0:
            start_clock(incident, step, 1, after=9, stopped_at=incident.detected_at + 10 * MINUTE)
        if number % 3 == 0 and met_at:
            start_clock(incident, step, 1, after=-5, met_at=met_at)
            start_clock(incident, step, minutes - 4, after=number % 2, met_at=met_at)
    start_clock(incident, "update", 1)


def start_clock(
    incident: Incident, step: str, minutes: int, *, after: int = 0, **ended: datetime | None
) -> None:
    target_at = incident.detected_at + minutes * MINUTE
    ResponseClock.objects.create(
        incident=incident,
        promise=step,
        started_at=incident.detected_at + after * MINUTE,
        target_at=target_at,
        at_risk_at=target_at,
        **ended,
    )


def review(world: World, incident: Incident, number: int) -> None:
    """Some have none; the rest are due before or after now, and published early, late or never."""
    if number % 6 == 0:
        return
    due_at = incident.detected_at + (1 + number % 5) * DAY
    published_at = (None, due_at, due_at + MINUTE, due_at - MINUTE)[number % 4]
    found = Review.objects.create(
        incident=incident,
        due_at=due_at,
        opened_at=incident.detected_at,
        published_at=published_at,
        published_by=world.bob if published_at else None,
    )
    for late in range(number % 3):
        done_at = NOW - number * 4 * DAY if (number + late) % 2 else None
        ActionItem.objects.create(
            review=found,
            title=f"Action {late}",
            owner=world.bob,
            due_date=(NOW + (number % 5 - 2) * DAY).date(),
            created_at=incident.detected_at,
            created_by=world.alice,
            done_at=done_at,
            done_by=world.bob if done_at else None,
        )


def build(world: World) -> None:
    """Two services with incidents, one without, and incidents without a service."""
    for name in ("Search", "Quiet"):
        Service.objects.create(name=name, slug=name.lower(), owner_team=world.team)
    for number, (before, reached) in enumerate(product(DETECTED, REACHED)):
        for again in range(5):
            one = number * 5 + again
            incident = build_incident(world, one, reached, NOW - before)
            promise(incident, one)
            review(world, incident, one)


def by_hand(services: Iterable[Service | None]) -> Score:
    """The score of these services from their rows."""
    mine = list(services)
    since = NOW - DAYS * DAY
    incidents = Incident.objects.filter(is_restricted=False, detected_at__gte=since)
    actions = ActionItem.objects.filter(review__incident__is_restricted=False)
    return score(
        [facts_of(one) for one in incidents if one.service in mine],
        [
            ActionFacts(one.due_date, one.done_at is not None)
            for one in actions
            if one.review.incident.service in mine and (one.done_at is None or one.done_at >= since)
        ],
        now=NOW,
        today=NOW.astimezone(ZoneInfo("Europe/Berlin")).date(),
    )


def facts_of(incident: Incident) -> IncidentFacts:
    reached = {step: getattr(incident, name) for step, name in MILESTONES.items()}
    clocks = incident.clocks.filter(promise__in=STEPS, stopped_at=None).order_by("started_at", "pk")
    found = Review.objects.filter(incident=incident).first()
    return IncidentFacts(
        severity=incident.severity,
        detected_at=incident.detected_at,
        reached_at={step: at for step, at in reached.items() if at},
        target_at={clock.promise: clock.target_at for clock in clocks},
        is_escalated=incident.escalated_at is not None,
        review_due_at=found.due_at if found else None,
        published_at=found.published_at if found else None,
    )


def test_the_database_counts_as_scoring_does(world: World) -> None:
    build(world)

    found = scorecards(world.erin, days=DAYS, now=NOW)

    assert {line.name for line in found.lines} == {
        "Payments",
        "Search",
        "Quiet",
        "No service chosen",
    }
    for line in found.lines:
        assert line.score == by_hand([line.service]), line.name
    total = by_hand(line.service for line in found.lines)
    assert found.total == total
    for kept in (total.acknowledge.kept, total.contain.kept, total.resolve.kept, total.reviews):
        assert 0 < kept.in_time < kept.judged
    assert 0 < total.actions.late < total.actions.open
    assert total.actions.done > 0
    assert 0 < total.escalated < total.incidents
