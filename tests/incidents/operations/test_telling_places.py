"""Whoever is newly called for a service hears from when on, at which place, and what it means."""

from datetime import timedelta

import pytest

from config.portal import words
from incidents.logic.call_places import Place, told
from incidents.models import CallPlace
from incidents.operations import looking_back, policies, telling_places
from incidents.operations.lifecycle import Opening, acknowledge, open_incident
from incidents.queries import effect
from rosters.models import Absence, MatrixEntry, Message, RotationMember
from tests.world import NOW, World, at

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def letters() -> list[Message]:
    return list(Message.objects.filter(topic=telling_places.TOPIC).order_by("pk"))


def test_the_first_look_only_notes_who_is_called(world: World) -> None:
    assert telling_places.tell_due(now=NOW) == 0

    found = CallPlace.objects.order_by("place").values_list("person__short_name", "place")
    assert list(found) == [("Alice", 1), ("Bob", 2), ("Carol", 3)]


def test_somebody_new_on_a_roster_hears_from_when_on(world: World) -> None:
    telling_places.tell_due(now=NOW)
    rotation = world.roster.layers.get(priority=1).rotations.get()
    RotationMember.objects.create(rotation=rotation, order=1, person=world.erin)

    assert telling_places.tell_due(now=LATER) == 1
    assert telling_places.tell_due(now=LATER) == 0

    [letter] = letters()
    assert letter.person == world.erin
    assert letter.subject == "You are called for Payments from now on"
    assert "you are first on call for Payments" in letter.body
    assert "We call you as soon as something critical breaks." in letter.body


def test_somebody_new_in_the_matrix_hears(world: World) -> None:
    telling_places.tell_due(now=NOW)
    MatrixEntry.objects.filter(role=world.commander).update(person=world.erin)

    telling_places.tell_due(now=LATER)

    [letter] = letters()
    assert letter.body.startswith(
        "From now on you are third for Payments. If nobody has acknowledged, we call you after 15"
        " minutes."
    )


def test_somebody_whom_a_new_version_calls_hears(world: World) -> None:
    telling_places.tell_due(now=NOW)
    draft = policies.draft_next(world.version)
    draft.steps.get(order=2).targets.update(
        kind="person", roster=None, person=world.frank, choose="on_call"
    )
    type(draft).objects.filter(pk=draft.pk).update(rationale="Frank helps.")
    policies.publish(draft, by=world.carol, now=LATER)

    telling_places.tell_due(now=LATER)

    assert [one.person.short_name for one in letters()] == ["Frank"]


def test_who_is_away_is_not_told_again_when_they_come_back(world: World) -> None:
    telling_places.tell_due(now=NOW)
    Absence.objects.create(person=world.bob, starts_at=NOW, ends_at=LATER)

    assert telling_places.tell_due(now=LATER) == 0
    assert telling_places.tell_due(now=LATER + timedelta(days=1)) == 0


def test_at_night_is_said() -> None:
    from_at = at("2026-11-23 20:00", "Europe/Berlin")
    place = Place(2, timedelta(minutes=5), from_at, is_night_only=True)

    said = told(place, service="Payments", now=NOW)

    zone = from_at.tzinfo
    assert zone is not None
    assert words.as_text(said, zone=zone, now=NOW) == (
        "From Mon 23 Nov, 19:00 you are second for Payments, at night. If nobody has acknowledged,"
        " we call you after 5 minutes."
    )


def answered(world: World, started_at: object, minutes: int) -> None:
    opening = Opening(title="Cards fail", severity=1, service=world.service)
    incident = open_incident(opening, by=None, now=started_at)  # type: ignore[arg-type]  # an instant
    acknowledge(incident, by=world.alice, now=incident.detected_at + timedelta(minutes=minutes))


def test_30_days_after_a_version_its_author_hears_what_changed_and_how_sure_that_is(
    world: World,
) -> None:
    for day, minutes in ((-3, 9), (-2, 7), (1, 2), (5, 4), (9, 3)):
        answered(world, NOW + timedelta(days=day), minutes)
    assert looking_back.tell_due(now=NOW + timedelta(days=29)) == 0

    month = NOW + timedelta(days=30)
    assert looking_back.tell_due(now=month) == 1
    assert looking_back.tell_due(now=month) == 0

    [letter] = Message.objects.filter(topic=looking_back.TOPIC)
    assert letter.person == world.carol
    assert (
        "Since version 1, half of 3 were acknowledged in 3 minutes. In the 30 days before, half of"
        " 2 were in 8 minutes. These are too few to be sure." in letter.body
    )


def test_nothing_to_compare_is_said(world: World) -> None:
    found = effect.of(world.version, now=NOW + timedelta(days=31))

    assert found is not None
    assert "So we cannot tell." in found.said[0].msgid
