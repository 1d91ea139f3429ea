"""One line a service, in the same few queries however many there are."""

import pickle
import pickletools
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.portal.cache import edition
from incidents.models import Incident
from incidents.operations import lifecycle
from reviews.logic import scoring
from reviews.logic.scoring import Kept, Score
from reviews.models import Review
from reviews.operations import actions
from reviews.operations.actions import ActionDraft
from reviews.queries import scorecards as reading
from reviews.queries.scorecards import scorecards, verdict_of
from reviews.queries.service_card import service_card
from rosters.models import Person, Service
from tests.reviews.conftest import LATER, over
from tests.world import World


def test_a_service_is_scored(world: World, incident: Incident, review: Review) -> None:
    draft = ActionDraft("Alert at 2%", "detect", world.bob, date(2026, 11, 22))
    actions.add(review, draft, by=world.alice, now=LATER)

    (line,) = scorecards(world.erin, days=90, now=LATER + timedelta(days=10)).lines

    found = line.score
    assert (line.name, found.incidents, dict(found.by_severity)) == ("Payments", 1, {1: 1})
    assert found.acknowledge.median == timedelta(minutes=3)
    assert found.contain.median == timedelta(minutes=50)
    assert (found.resolve.kept.in_time, found.resolve.kept.judged) == (1, 1)
    assert (found.reviews.in_time, found.reviews.judged) == (0, 1)
    assert (found.actions.open, found.actions.late) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [{"is_restricted": True}, {"detected_at": LATER - timedelta(days=91)}],
    ids=["restricted", "too old"],
)
def test_what_is_left_out(world: World, incident: Incident, change: dict[str, Any]) -> None:
    Incident.objects.update(**change)

    (line,) = scorecards(world.alice, days=90, now=LATER).lines

    assert line.score.incidents == 0


def test_incidents_without_a_service_have_a_line_of_their_own(
    world: World, incident: Incident
) -> None:
    Incident.objects.update(service=None)

    lines = scorecards(world.erin, days=90, now=LATER).lines

    assert [(line.name, line.score.incidents) for line in lines] == [
        ("Payments", 0),
        ("No service chosen", 1),
    ]


def test_a_step_dated_back_counts_as_dated(world: World, incident: Incident) -> None:
    incident.clocks.filter(promise="contain").update(met_at=LATER)

    (line,) = scorecards(world.erin, days=90, now=LATER).lines

    assert line.score.contain.kept.missed == 0


def test_who_acknowledged_in_time_did_so_though_nobody_is_on_it_any_more(world: World) -> None:
    opening = lifecycle.Opening(title="Cards fail", severity=1, service=world.service)
    opened = lifecycle.open_incident(opening, by=world.alice, now=LATER)
    lifecycle.acknowledge(opened, by=world.alice, now=LATER + timedelta(minutes=1))
    now = LATER + timedelta(hours=1)
    before = scorecards(world.erin, days=30, now=now).total.acknowledge

    lifecycle.hand_back(opened, by=world.alice, now=LATER + timedelta(minutes=30))

    after = scorecards(world.erin, days=30, now=now).total.acknowledge
    assert before.kept == Kept(1, 1)
    assert (after.kept, after.median) == (before.kept, before.median)


def test_an_open_incident_past_its_target_is_missed_on_every_page(world: World) -> None:
    over(world)
    opening = lifecycle.Opening(title="Cards fail", severity=1, service=world.service)
    lifecycle.open_incident(opening, by=world.alice, now=LATER)
    now = LATER + timedelta(days=1)

    (line,) = scorecards(world.erin, days=30, now=now).lines
    card = service_card(world.service, world.erin, days=30, now=now)
    said, _moved = verdict_of(world.service, days=30, now=now)

    kept = line.score.promises
    assert kept == card.score.promises == Kept(3, 6)
    assert said == card.verdict
    assert sum(len(row.missed) for plot in card.plots for row in plot.rows) == kept.missed
    assert sum(len(row.judged) for plot in card.plots for row in plot.rows) == kept.judged
    assert card.going_on is not None


@pytest.mark.parametrize("days_later", [5, 32, 40, 59, 61, 65])
def test_both_pages_compare_with_the_same_days_before(
    world: World, incident: Incident, review: Review, days_later: int
) -> None:
    draft = ActionDraft("Alert at 2%", "detect", world.bob, date(2026, 11, 30))
    actions.add(review, draft, by=world.alice, now=LATER)
    now = LATER + timedelta(days=days_later)

    (line,) = scorecards(world.erin, days=30, now=now).lines
    card = service_card(world.service, world.erin, days=30, now=now)

    assert line.trend == card.trend
    assert line.score.promises == card.score.promises
    assert line.score.actions == card.score.actions
    assert card.is_compared is (line.before is not None)


def test_what_was_late_at_the_end_of_the_days_before_is_compared(
    world: World, incident: Incident, review: Review
) -> None:
    draft = ActionDraft("Alert at 2%", "detect", world.bob, date(2026, 11, 22))
    actions.add(review, draft, by=world.alice, now=LATER)

    (line,) = scorecards(world.erin, days=10, now=LATER + timedelta(days=20)).lines

    assert line.before is not None
    assert (line.before.actions.late, line.score.actions.late) == (1, 1)


def count(world: World) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        scorecards(world.erin, days=90, now=LATER)
    return len(seen)


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    def grow(number: int) -> None:
        for _ in range(number):
            name = f"Service {Service.objects.count()}"
            world.service = Service.objects.create(
                name=name, slug=name.replace(" ", "-").lower(), owner_team=world.team
            )
            over(world)

    grow(3)
    few = count(world)
    grow(27)

    assert count(world) == few <= 9


def test_what_was_before_a_long_time_is_counted_once(world: World, incident: Incident) -> None:
    Person.objects.filter(pk=world.erin.pk).update(time_zone="Asia/Kathmandu")  # nobody else's
    reader = Person.objects.get(pk=world.erin.pk)
    Incident.objects.update(detected_at=LATER - timedelta(days=400))
    Incident.objects.create(
        title="Long ago", severity=4, service=world.service, detected_at=LATER - timedelta(days=800)
    )

    def asked() -> tuple[int, list[Score | None]]:
        with CaptureQueriesContext(connection) as captured:
            found = scorecards(reader, days=365, now=LATER)
        return len(captured), [line.before for line in found.lines]

    first, before = asked()
    again, kept = asked()

    assert before == kept
    assert before[0] is not None
    assert (before[0].incidents, again) == (1, first - 7)


def test_a_long_time_is_at_most_a_minute_old(world: World, incident: Incident) -> None:
    Person.objects.filter(pk=world.erin.pk).update(time_zone="Asia/Kabul")  # nobody else's
    reader = Person.objects.get(pk=world.erin.pk)

    def counted(*, days: int, now: datetime) -> int:
        return scorecards(reader, days=days, now=now).total.incidents

    first = counted(days=365, now=LATER)
    Incident.objects.create(
        title="One more", severity=4, service=world.service, detected_at=LATER - timedelta(days=1)
    )

    assert counted(days=365, now=LATER) == first
    assert counted(days=365, now=LATER + timedelta(minutes=1)) == first + 1
    assert counted(days=30, now=LATER) == first + 1


def year() -> reading._Span:
    return reading._Span(LATER - timedelta(days=365), LATER, LATER)


def test_all_that_is_kept_comes_from_code_that_its_key_knows(
    world: World, incident: Incident, review: Review
) -> None:
    draft = ActionDraft("Alert at 2%", "detect", world.bob, date(2026, 11, 22))
    actions.add(review, draft, by=world.alice, now=LATER)
    kept = pickle.dumps(reading._present(year(), ZoneInfo("UTC")), protocol=2)

    named = {
        str(argument).partition(" ")[0]
        for opcode, argument, _ in pickletools.genops(kept)
        if opcode.name == "GLOBAL"
    }

    ours = {one for one in named if one.partition(".")[0] in {"reviews", "incidents", "config"}}
    assert ours == {"reviews.queries.scorecards", "reviews.logic.scoring"}
    assert edition(reading, scoring) == reading.EDITION


def test_what_another_edition_kept_is_counted_anew(
    world: World, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(reading, "EDITION", "of-before")
        key = reading._key("present", reading.PRESENT_FOR, year(), ZoneInfo("UTC"))
    cache.set(key, {"another": "shape"}, timeout=60)

    assert scorecards(world.alice, days=365, now=LATER).total.incidents == 1
