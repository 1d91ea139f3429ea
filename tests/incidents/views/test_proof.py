"""The pages of the proof: what is to be mended, and silence with a reason and an end."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from config.portal import clock
from incidents.models import Finding, FindingSilence, PolicyVersion
from incidents.operations import proof_letters, proving
from rosters.models import Message, Service
from tests.world import NOW, World, at

pytestmark = pytest.mark.django_db

LATER = {"reason": "The new rule comes on Friday.", "until": "2026-11-28T09:00"}


@pytest.fixture(autouse=True)
def proved(world: World, monkeypatch: pytest.MonkeyPatch) -> Finding:
    """The calls of every severity end, and nobody has tested a number."""
    monkeypatch.setattr(clock, "act_now", lambda: NOW)
    monkeypatch.setattr(clock, "show_now", lambda: NOW)
    PolicyVersion.objects.update(catch_all_rounds=0)
    proving.prove(now=NOW)
    return Finding.objects.get(kind="ends", service=world.service)


def browser(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]  # a person of the world
    return client


def read(client: Client, path: str, **data: str) -> str:
    return client.get(path, data).content.decode()


def test_the_list_says_what_would_happen_and_who_mends_it(world: World) -> None:
    page = read(browser(world.bob), reverse("incidents:proof"))

    assert "we call nobody any more" in page
    assert "Let the last call repeat" in page
    assert "Alice Example" in page


@pytest.mark.parametrize(
    ("narrowed", "is_there"),
    [
        ({"kind": "ends"}, True),
        ({"kind": "leave"}, False),
        ({"severity": "1"}, True),
        ({"severity": "4"}, False),
        ({"team": "payments"}, True),
        ({"service": "payments"}, True),
        ({"q": "alice"}, True),
        ({"q": "nobody at all"}, False),
        ({"show": "silenced"}, False),
        ({"show": "gone"}, False),
    ],
)
def test_the_list_is_narrowed_by_its_address(
    world: World, narrowed: dict[str, str], is_there: bool
) -> None:
    page = read(browser(world.bob), reverse("incidents:proof"), **narrowed)

    assert ("we call nobody any more" in page) is is_there


def test_one_cause_is_one_row_and_opens_to_every_place(world: World, proved: Finding) -> None:
    other = Service.objects.create(
        name="Refunds", slug="refunds", owner_team=world.team, tier=1, customer_impact="No money"
    )
    Finding.objects.exclude(pk=proved.pk).delete()
    again = Finding.objects.get(pk=proved.pk)
    again.pk, again.service = None, other
    again.save(force_insert=True)

    page = read(browser(world.bob), reverse("incidents:proof"))

    assert "When the rounds for 2 services are over, we call nobody any more." in page
    assert "The 2 services" in page
    assert "Two weak places in the rules" in page
    assert "All of it has one cause" in page
    assert page.count('href="/rules/proof/') == 2
    narrowed = read(browser(world.bob), reverse("incidents:proof"), service="refunds")
    assert "One weak place in the rules" in narrowed


def test_every_finding_is_in_the_file_narrowed_as_the_page(world: World, proved: Finding) -> None:
    proof = reverse("incidents:proof")

    rows = read(browser(world.bob), proof, format="csv", kind="ends").splitlines()
    none = read(browser(world.bob), proof, format="csv", q="nobody at all").splitlines()

    assert rows[0] == "What,What would happen,Severities,Service,Team,Who mends it,First seen"
    assert len(rows) == 1 + Finding.objects.filter(kind="ends", gone_at__isnull=True).count()
    assert any("Alice Example" in row and "Payments" in row for row in rows)
    assert len(none) == 1


def test_a_lead_silences_it_and_it_speaks_again(world: World, proved: Finding) -> None:
    client, path = browser(world.alice), reverse("incidents:proof_finding", args=[proved.pk])

    every, ends = reverse("incidents:proof"), {"kind": "ends", "service": "payments"}

    client.post(path, LATER)

    assert "Silenced by Alice Example" in read(client, every, show="silenced")
    assert "we call nobody any more" not in read(client, every, **ends)
    client.post(reverse("incidents:proof_speak", args=[proved.pk]))
    assert "we call nobody any more" in read(client, every, **ends)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason": "", "until": LATER["until"]}, "Say why"),
        ({"reason": "x", "until": ""}, "Say until when"),
        ({"reason": "x", "until": "2026-11-20T09:00"}, "still to come"),
        ({"reason": "x", "until": "soon"}, "is not a day and a time"),
    ],
)
def test_a_silence_without_reason_or_end_is_refused(
    world: World, proved: Finding, typed: dict[str, str], said: str
) -> None:
    path = reverse("incidents:proof_finding", args=[proved.pk])

    answer = browser(world.alice).post(path, typed)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not FindingSilence.objects.exists()


def test_only_who_keeps_the_service_silences(world: World, proved: Finding) -> None:
    path = reverse("incidents:proof_finding", args=[proved.pk])

    answer = browser(world.bob).post(path, LATER)

    assert answer.status_code == 409
    assert "Ask one of them" in answer.content.decode()
    assert not FindingSilence.objects.exists()


def test_the_rule_of_its_severity_says_it(world: World) -> None:
    path = reverse("incidents:rule", args=[world.service.slug])

    assert "we call nobody any more" in read(browser(world.bob), path)
    assert "we call nobody any more" not in read(browser(world.bob), path, severity="4")


@pytest.mark.parametrize("path", ["/", "/services/payments/", "/rules/"])
def test_the_worst_stands_where_people_look(world: World, path: str) -> None:
    page = read(browser(world.bob), path)

    assert "/rules/proof/" in page


def test_the_lead_reads_it_in_the_letter_of_the_week(world: World) -> None:
    monday = at("2026-11-23 09:00", "Europe/Berlin")

    assert proof_letters.send_due(now=monday) == 1
    assert proof_letters.send_due(now=monday + timedelta(hours=1)) == 0

    letter = Message.objects.get(topic="digest-rules")
    assert letter.person == world.alice
    assert "we call nobody any more" in letter.body
