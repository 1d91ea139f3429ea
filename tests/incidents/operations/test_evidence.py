"""What a template asks to be collected is ticked on the incident, by those who may act on it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.portal.refusals import Refused
from incidents.models import EvidenceItem, Incident, IncidentTemplate
from incidents.operations import evidence, lifecycle
from incidents.operations.opening import Opening, open_incident
from incidents.queries import board, templates
from rosters.models import Person
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
ASKED = "The list of changes.\n\nTen refused payments.\nThe list of changes."


@pytest.fixture
def incident(world: World) -> Incident:
    template = IncidentTemplate.objects.create(name="Cards fail", title="Cards", evidence=ASKED)
    told = Opening(title="Cards", severity=1, service=world.service, template=template)
    return open_incident(told, by=world.erin, now=NOW)


def shown(incident: Incident) -> list[tuple[str, str]]:
    advised = templates.advised(incident, now=LATER)
    assert advised is not None
    return [(one.what, str(one.item.collected_by) if one.item else "") for one in advised.evidence]


def said(incident: Incident) -> list[str]:
    entries = board.timeline_of(incident, limit=100)
    found = [entry.sentence for entry in entries if entry.kind == "evidence"]
    return [one.msgid.format(**one.params) for one in found]


def page(person: Person, incident: Incident) -> str:
    return browser(person).get(f"/incidents/{incident.reference}/").content.decode()


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_each_line_is_asked_for_once(incident: Incident) -> None:
    assert shown(incident) == [("The list of changes.", ""), ("Ten refused payments.", "")]


def test_who_has_it_first_stands_there(world: World, incident: Incident) -> None:
    evidence.collect(incident, "The list of changes.", by=world.alice, now=LATER)
    evidence.collect(incident, "The list of changes.", by=world.bob, now=LATER)

    assert shown(incident)[0] == ("The list of changes.", str(world.alice))
    assert said(incident) == [f"{world.alice} has collected this: The list of changes."]


def test_what_is_not_there_after_all_is_to_be_collected_again(
    world: World, incident: Incident
) -> None:
    evidence.collect(incident, "Ten refused payments.", by=world.alice, now=LATER)

    evidence.take_back(incident, "Ten refused payments.", by=world.alice, now=LATER)
    evidence.take_back(incident, "Ten refused payments.", by=world.alice, now=LATER)

    assert not EvidenceItem.objects.exists()
    assert len(said(incident)) == 2


def test_what_is_ticked_outlives_other_words_of_the_template(
    world: World, incident: Incident
) -> None:
    evidence.collect(incident, "Ten refused payments.", by=world.alice, now=LATER)
    IncidentTemplate.objects.update(evidence="A picture.\n" + "x" * 900)

    assert shown(incident) == [
        ("A picture.", ""),
        ("x" * 500, ""),
        ("Ten refused payments.", str(world.alice)),
    ]
    with pytest.raises(Refused, match="asks for something else by now"):
        evidence.collect(incident, "The list of changes.", by=world.alice, now=LATER)
    evidence.collect(incident, "x" * 500, by=world.alice, now=LATER)


def test_it_is_collected_once_it_is_resolved_too(world: World, incident: Incident) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)
    lifecycle.resolve(incident, by=world.alice, at=LATER, now=LATER)

    evidence.collect(incident, "The list of changes.", by=world.alice, now=LATER)

    assert "has it" in page(world.alice, incident)


def test_a_stranger_reads_the_list_and_ticks_nothing(world: World, incident: Incident) -> None:
    seen = page(world.frank, incident)
    pressed = browser(world.frank).post(
        f"/incidents/{incident.reference}/evidence/", {"have": "The list of changes."}, follow=True
    )

    assert "The list of changes." in seen
    assert "I have it" not in seen
    assert "Only the people we called" in pressed.content.decode()
    assert not EvidenceItem.objects.exists()


@pytest.mark.parametrize(
    ("press", "kept"),
    [
        ({"have": "The list of changes."}, 1),
        ({"have": "The list\0 of changes."}, 1),
        ({"have": "x" * 5000}, 0),
        ({"lack": "The list of changes."}, 0),
        ({}, 0),
    ],
    ids=["a line", "NUL", "long", "not there", "nothing"],
)
def test_a_press_is_answered(
    world: World, incident: Incident, press: dict[str, Any], kept: int
) -> None:
    pressed = browser(world.alice).post(f"/incidents/{incident.reference}/evidence/", press)

    assert pressed.status_code == 302
    assert EvidenceItem.objects.count() == kept
    if kept:
        assert "Not yet" in page(world.alice, incident)
