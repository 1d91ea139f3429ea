"""Rules in sentences: the page and the engine hold the same list."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import words
from incidents.enums import Promise
from incidents.models import (
    DecisionKind,
    DecisionRight,
    Incident,
    Notification,
    PolicyVersion,
    ResponseClock,
    ResponseTarget,
    Route,
)
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from incidents.queries import rules, who_hears
from incidents.queries.rules import Rule
from rosters.models import Absence, MatrixEntry, Person, StakeholderRole
from tests.factories import make_service
from tests.world import NOW, World, at

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: NOW)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW)


def as_person(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(response) -> str:
    return " ".join(response.content.decode().split())


def rule_of(world: World, *, severity: int = 1, reader: str = "frank") -> Rule:
    return rules.of(world.service, severity, reader=getattr(world, reader), now=NOW)


def said(rule: Rule) -> list[str]:
    parts = [(step.said, step.names) for step in rule.ladder]
    zone = NOW.tzinfo
    return [
        words.as_text([one for one in pair if one], zone=zone, now=NOW) for pair in parts if zone
    ]


def foretold(rule: Rule) -> list[tuple[str, float]]:
    """What the page says: who is called, and how many minutes after detection."""
    return [
        (person.short_name, step.wait / MINUTE) for step in rule.ladder for person in step.people
    ]


def made(world: World, *, minutes: int) -> list[tuple[str, float]]:
    """What the engine does when nobody answers: the first call about each step."""
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    for minute in range(minutes + 1):
        engine.tick(now=NOW + minute * MINUTE)
    again = Q(run__clock__promise=Promise.ACKNOWLEDGE, position__gte=3)  # the second round
    rows = (
        Notification.objects.exclude(again).filter(incident=incident).order_by("created_at", "pk")
    )
    return [
        (row.person.short_name, (row.created_at - NOW) / MINUTE)
        for row in rows.select_related("person")
    ]


@pytest.mark.parametrize(
    "away",
    [(), ("alice",), ("bob",), ("alice", "bob"), ("carol",), ("dora",)],
    ids=lambda names: "and".join(names) or "nobody",
)
def test_the_sentences_and_the_engine_hold_the_same_list(
    world: World, away: tuple[str, ...]
) -> None:
    for name in away:
        Absence.objects.create(
            person=getattr(world, name), starts_at=NOW, ends_at=NOW + timedelta(days=1)
        )

    assert foretold(rule_of(world)) == made(world, minutes=65)


def test_each_step_is_a_sentence_with_todays_names(world: World) -> None:
    assert said(rule_of(world)) == [
        "We phone the person on call for Payments. Tonight that is Alice Example.",
        (
            "If nobody has acknowledged, we phone the backup for Payments."
            " Tonight that is Bob Example."
        ),
        (
            "If nobody has acknowledged, we phone the incident commander."
            " Tonight that is Carol Example."
        ),
        "If it is not contained, we phone the engineering director. Tonight that is Dora Example.",
    ]


def test_the_reader_is_you(world: World) -> None:
    assert said(rule_of(world, reader="bob"))[1].endswith("Tonight that is you (Bob Example).")


def test_an_empty_step_is_said_and_the_next_comes_in_its_place(world: World) -> None:
    Absence.objects.create(person=world.bob, starts_at=NOW, ends_at=NOW + timedelta(days=2))

    rule = rule_of(world)

    assert said(rule)[1] == (
        "Nobody is backup for Payments now. We skip this step and make the next call at once."
    )
    assert rule.ladder[2].wait == 5 * MINUTE
    usual = words.as_text(rule.ladder[2].also, zone=NOW.tzinfo, now=NOW)  # type: ignore[arg-type]
    assert usual == "Usually this is after 15 minutes. The step before reaches nobody now."
    assert rule.empty_steps == 1
    assert [one.is_now for one in rule.gaps] == [True]


def test_the_page_says_what_repeats_what_stops_and_what_is_promised(world: World) -> None:
    page = text(as_person(world.frank).get("/rules/payments/"))

    assert "We do this once more." in page
    assert "we phone the incident commander every 10 minutes, for 20 minutes." in page
    assert "when somebody acknowledges" in page
    assert "within 5 minutes" in page
    assert "at least every 20 minutes" in page
    assert "within 5 working days" in page
    assert "Payments has no rule of its own." in page
    assert "+49" not in page


def test_the_second_round_begins_when_the_engine_begins_it(world: World) -> None:
    PolicyVersion.objects.update(loop_minutes=10)  # shorter than the first round

    rule = rule_of(world)

    assert rule.again_after == 15 * MINUTE
    assert [step.promise for step in rule.before_repeat] == ["acknowledge"] * 3
    assert [step.promise for step in rule.after_repeat] == ["contain"]


def test_a_service_without_any_rule_names_whom_to_phone(world: World) -> None:
    Route.objects.all().delete()

    page = text(as_person(world.frank).get("/rules/payments/"))

    assert "Payments has no rule" in page
    assert "Muster calls nobody" in page
    assert "Carol Example" in page


def test_where_nothing_is_promised_nobody_is_called_and_the_page_says_so(world: World) -> None:
    ResponseTarget.objects.filter(promise=Promise.ACKNOWLEDGE).delete()

    page = text(as_person(world.frank).get("/rules/payments/"))

    assert "Nobody would be called" in page
    assert "acknowledge" not in {one.promise for one in rule_of(world).promises}
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    assert not ResponseClock.objects.filter(promise=Promise.ACKNOWLEDGE).exists()
    assert not Notification.objects.exists()


@pytest.mark.parametrize("severity", ["0", "9", "x", ""])
def test_an_unknown_severity_is_the_worst(world: World, severity: str) -> None:
    page = text(as_person(world.frank).get(f"/rules/payments/?severity={severity}"))

    assert "Who we call for a critical incident" in page


def test_an_unknown_service_is_not_there(world: World) -> None:
    assert as_person(world.frank).get("/rules/nothing/").status_code == 404


@pytest.mark.parametrize("path", ["/rules/", "/rules/payments/"])
def test_a_stranger_is_asked_to_sign_in(client: Client, world: World, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/sign-in/")


def test_the_list_says_each_rule_in_one_line(world: World) -> None:
    page = text(as_person(world.frank).get("/rules/"))

    assert "We phone" in page
    assert "Alice Example" in page
    assert "after 5 minutes" in page


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("q=pay", True),
        ("q=nothing", False),
        ("tier=1", True),
        ("tier=3", False),
        ("gaps=on", False),
    ],
)
def test_the_list_can_be_narrowed(world: World, query: str, is_found: bool) -> None:
    page = text(as_person(world.frank).get(f"/rules/?{query}"))

    assert ("/rules/payments/" in page) is is_found
    assert ("Clear filters" in page) is True
    assert ("No service matches." in page) is not is_found


def test_thirty_services_cost_as_many_queries_as_three(world: World) -> None:
    browser = as_person(world.frank)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/rules/")
        return len(captured)

    for _ in range(3):
        make_service()
    few = queries()
    for _ in range(27):
        make_service()

    assert queries() == few
    assert few <= 44
    assert not Incident.objects.exists()


def test_the_page_says_on_top_who_hears_when(world: World) -> None:
    page = text(as_person(world.frank).get("/rules/payments/"))

    top = page[page.index("Who hears when") : page.index("Choose how bad it is")]
    assert top.index("Alice Example") < top.index("Bob Example") < top.index("Carol Example")
    assert "If it begins now, at" in top
    assert '>03:00</time> <b>Alice Example</b><span class="soft">, we phone</span>' in top
    assert "<b>At night</b> we wake people for SEV1, SEV2" in top
    assert 'class="hear soft">and then Bob Example at <time' in top


def test_a_severity_that_wakes_nobody_says_so(world: World) -> None:
    world.version.steps.update(urgency="normal")

    page = text(as_person(world.frank).get("/rules/payments/"))

    assert "<b>At night</b> we call nobody." in page
    assert "we wake nobody: a message waits until their quiet hours are over." in page


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2026-11-21 02:00", "2026-11-22 02:00"),
        ("2026-11-21 01:59", "2026-11-21 02:00"),
        ("2026-03-28 12:00", "2026-03-29 01:00"),
    ],
    ids=["at-three-itself", "a-minute-before", "the-night-the-clocks-change"],
)
def test_the_next_night_is_three_by_the_readers_clock(now: str, night: str) -> None:
    assert who_hears.next_night(at(now), zone=ZoneInfo("Europe/Berlin")) == at(night)


def test_who_looks_after_personal_data_stands_with_the_rule(world: World) -> None:
    role = StakeholderRole.objects.create(name="privacy officer", slug="privacy-officer")
    MatrixEntry.objects.create(role=role, person=world.erin)

    page = text(as_person(world.frank).get("/rules/payments/?severity=4"))

    assert "we also call Erin Example, the privacy officer, straight away" in page


@pytest.mark.parametrize(
    ("audience", "said"),
    [
        ("", "Then the calls stop."),
        ("responder", "Then the calls stop."),
        ("customers", "You read a new update at least every 20\xa0minutes, on the status page."),
        ("executive", "If it is not contained after"),
        ("legal", "We can hide it from all who have no part in it."),
        ("no such reader", "Then the calls stop."),
    ],
)
def test_the_page_says_what_it_means_for_its_reader(world: World, audience: str, said: str) -> None:
    page = as_person(world.frank).get("/rules/payments/", {"as": audience})

    assert said in page.content.decode()


def test_the_page_says_who_decides_and_who_must_agree(world: World) -> None:
    kind = DecisionKind.objects.create(name="shut the service down", slug="shut")
    DecisionRight.objects.create(role=world.director, decision=kind)
    DecisionRight.objects.create(
        role=world.commander, decision=kind, approver=world.director, within_minutes=10
    )

    text = as_person(world.frank).get("/rules/payments/").content.decode()

    assert "The engineering director, alone." in text
    assert "The incident commander, once the engineering director agrees." in text
    assert "Ask <a" in text


def test_whoever_decides_is_named_though_they_are_called_in_another_role(world: World) -> None:
    sponsor = StakeholderRole.objects.create(slug="sponsor", name="executive sponsor")
    onlooker = StakeholderRole.objects.create(slug="onlooker", name="onlooker")
    for role in (sponsor, onlooker):
        MatrixEntry.objects.create(role=role, person=world.dora)
    kind = DecisionKind.objects.create(name="pay for help", slug="pay")
    DecisionRight.objects.create(role=sponsor, decision=kind)

    text = as_person(world.frank).get("/rules/payments/").content.decode()

    assert "Executive sponsor" in text
    assert "Onlooker" not in text
