"""Past incidents through another version: who would have been called sooner, later, not at all."""

from datetime import UTC, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from config.portal import clock, words
from incidents.enums import TargetKind
from incidents.logic.replay import Compared, Past, Verdict, compare, summary
from incidents.models import Incident, PolicyVersion
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from incidents.queries import replay
from rosters.enums import RotationUnit
from rosters.models import Layer, Roster, Rotation, RotationMember
from tests.world import NOW, World, step

MINUTE = timedelta(minutes=1)
BEGAN = NOW - timedelta(days=5)


@pytest.mark.parametrize(
    ("was", "would", "verdict"),
    [
        ({1: 5}, {1: 2}, Verdict.SOONER),
        ({1: 5}, {1: 9}, Verdict.LATER),
        ({1: 5}, {1: 5}, Verdict.SAME),
        ({1: 5}, {2: 0}, Verdict.NEVER),
        ({2: 5}, {1: 0}, Verdict.UNTAKEN),
    ],
)
def test_compare_says_when_whoever_took_it_would_have_been_called(
    was: dict[int, int], would: dict[int, int], verdict: Verdict
) -> None:
    past = Past(1, {pk: minutes * MINUTE for pk, minutes in was.items()})

    found = compare(past, {pk: one * MINUTE for pk, one in would.items()}, until=30 * MINUTE)

    assert found.verdict == verdict


def test_compare_names_who_comes_and_who_goes() -> None:
    past = Past(1, {1: 0 * MINUTE, 2: 5 * MINUTE})

    found = compare(past, {1: 0 * MINUTE, 3: 4 * MINUTE, 4: 90 * MINUTE}, until=30 * MINUTE)

    assert (found.added, found.dropped) == ((3,), (2,))


def test_the_summary_counts() -> None:
    found = [Compared(Verdict.SOONER), Compared(Verdict.SOONER), Compared(Verdict.NEVER)]

    said = summary(found)

    assert words.as_text(said, zone=UTC, now=NOW) == (
        "Somebody took 3 of these. In 2 we would have called them sooner. In 1 we would not have"
        " called them at all."
    )


def test_the_summary_of_what_would_have_been_the_same_is_short() -> None:
    said = summary([Compared(Verdict.SAME), Compared(Verdict.UNTAKEN)])

    assert words.as_text(said, zone=UTC, now=NOW) == (
        "Somebody took 1 of these. We would have called each of them at the same time."
    )


def taken_by_bob(world: World) -> Incident:
    """Alice is called, then Bob after five minutes, who takes it."""
    incident = lifecycle.open_incident(
        Opening("Cards fail", severity=1, service=world.service), by=None, now=BEGAN
    )
    for minute in range(7):
        engine.tick(now=BEGAN + minute * MINUTE)
    lifecycle.acknowledge(incident, by=world.bob, now=BEGAN + 7 * MINUTE)
    return incident


def draft(world: World) -> PolicyVersion:
    made = PolicyVersion.objects.create(policy=world.version.policy, number=2, rationale="x")
    step(made, 1, 0, kind=TargetKind.PERSON, person=world.frank)
    step(made, 2, 2, kind=TargetKind.PERSON, person=world.bob)
    return made


@pytest.mark.django_db
def test_a_draft_would_have_called_them_three_minutes_sooner(world: World) -> None:
    incident, version = taken_by_bob(world), draft(world)

    found = replay.of_version(version, reader=world.alice, now=NOW)

    (row,) = found.rows
    assert row.incident == incident
    assert (row.compared.was, row.compared.would) == (5 * MINUTE, 2 * MINUTE)
    assert (row.taker, row.added, row.dropped) == (
        "Bob Example",
        ("Frank Example",),
        ("Alice Example",),
    )


@pytest.mark.django_db
def test_the_version_that_held_comes_to_what_was(world: World) -> None:
    taken_by_bob(world)

    (row,) = replay.of_version(world.version, reader=world.alice, now=NOW).rows

    assert row.compared == Compared(Verdict.SAME, 5 * MINUTE, 5 * MINUTE)


@pytest.mark.django_db
def test_a_roster_that_is_only_planned_would_have_called_somebody_else(world: World) -> None:
    taken_by_bob(world)
    monday = NOW + timedelta(days=7)
    Layer.objects.filter(roster=world.roster).update(valid_until=monday)
    layer = Layer.objects.create(roster=world.roster, name="New", priority=1, valid_from=monday)
    rotation = Rotation.objects.create(
        layer=layer, starts_on=monday.date(), handover_at=time(9), unit=RotationUnit.WEEK
    )
    RotationMember.objects.create(rotation=rotation, order=0, person=world.bob)

    found = replay.of_version(world.version, reader=world.alice, now=NOW, roster=world.roster)

    (row,) = found.rows
    assert (row.compared.was, row.compared.would) == (5 * MINUTE, 0 * MINUTE)
    assert row.dropped == ("Alice Example",)
    assert found.arranged is not None
    assert found.arranged.is_planned
    assert "turns counted backwards" in found.doubt[0].msgid


@pytest.mark.django_db
def test_a_roster_through_which_nobody_is_called_says_so(world: World) -> None:
    taken_by_bob(world)
    other = Roster.objects.create(name="Other", slug="other", time_zone="Europe/Berlin")

    found = replay.of_version(world.version, reader=world.alice, now=NOW, roster=other)

    assert found.rows[0].compared.verdict == Verdict.SAME
    assert "calls nobody through {roster}" in found.doubt[0].msgid


@pytest.mark.django_db
def test_what_the_reader_may_not_see_is_not_compared(world: World) -> None:
    incident = taken_by_bob(world)
    Incident.everything.filter(pk=incident.pk).update(is_restricted=True)

    assert replay.of_version(world.version, reader=world.frank, now=NOW).rows == ()


@pytest.mark.django_db
def test_the_page_says_it_in_one_sentence_with_its_doubt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "show_now", lambda: NOW)
    taken_by_bob(world)
    client = Client()
    client.force_login(world.alice)

    page = client.get(reverse("incidents:replay"), {"version": str(draft(world).pk)})

    text = page.content.decode()
    assert "3\xa0min sooner" in text
    assert "We do not know who would have answered" in text
    assert client.get(reverse("incidents:replay"), {"version": "x"}).status_code == 200
