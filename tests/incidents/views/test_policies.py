"""The pages of policies: what holds, who changed it and why, two versions, going back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal.refusals import Refused
from incidents.models import DecisionKind, EscalationPolicy, PolicyVersion
from incidents.operations import policies
from rosters.models import Person
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: NOW)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW)


@pytest.fixture
def chief() -> Person:
    return make_person("Greta", is_administrator=True)


def as_person(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(response) -> str:
    return " ".join(response.content.decode().split())


def next_version(world: World, *, reason: str = "Five minutes were too long.") -> PolicyVersion:
    """Version 2 calls the backup sooner."""
    version = policies.draft_next(world.version)
    version.steps.filter(clock="acknowledge", order=2).update(wait_minutes=2)
    PolicyVersion.objects.filter(pk=version.pk).update(rationale=reason)
    return policies.publish(version, by=world.carol, now=NOW)


def test_the_list_names_the_version_in_force_and_why(world: World) -> None:
    next_version(world)

    page = text(as_person(world.frank).get("/rules/policies/"))

    assert "Version 2" in page
    assert "Five minutes were too long." in page
    assert "Everything without a rule of its own" in page


def test_steps_that_begin_when_something_asks_are_said_too(world: World) -> None:
    version = policies.draft_next(world.version)
    step = version.steps.create(clock="decide", order=80, wait_minutes=10, urgency="urgent")
    step.targets.create(kind="role", role=world.director)
    PolicyVersion.objects.filter(pk=version.pk).update(rationale="Somebody must decide.")
    policies.publish(version, by=world.carol, now=NOW)

    page = text(as_person(world.frank).get("/rules/policies/payments/"))

    assert "When something asks for it" in page
    assert "After 10 minutes we call the engineering director." in page


@pytest.mark.parametrize(
    ("words", "said"), [("pay", "One policy says"), ("nothing like it", "No policy matches.")]
)
def test_the_list_is_searched(world: World, words: str, said: str) -> None:
    assert said in text(as_person(world.frank).get("/rules/policies/", {"q": words}))


def test_the_list_comes_as_csv(world: World) -> None:
    response = as_person(world.frank).get("/rules/policies/?format=csv")

    assert "Payments,1," in b"".join(response).decode()


def test_thirty_policies_cost_as_many_queries_as_three(world: World) -> None:
    browser = as_person(world.frank)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/rules/policies/")
        return len(captured)

    def more(count: int) -> None:
        for _ in range(count):
            number = EscalationPolicy.objects.count()
            fresh = EscalationPolicy.objects.create(name=f"P{number}", slug=f"p{number}")
            PolicyVersion.objects.create(policy=fresh, number=1, rationale="Try.")

    more(3)
    few = queries()
    more(27)

    assert queries() == few


def test_a_policy_says_who_changed_what_and_why(world: World) -> None:
    next_version(world)

    page = text(as_person(world.frank).get("/rules/policies/payments/"))

    assert "Why it is so: Five minutes were too long." in page
    assert "Step 2 comes after 2 minutes. Before, it came after 5 minutes." in page
    assert "Carol Example" in page
    assert "Go back to it" not in page  # Frank may not


def test_ten_versions_cost_as_many_queries_as_two(world: World) -> None:
    browser = as_person(world.frank)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/rules/policies/payments/")
        return len(captured)

    next_version(world)
    few = queries()
    for _ in range(8):
        next_version(world)

    assert queries() == few


def test_two_versions_stand_side_by_side(world: World) -> None:
    next_version(world)

    page = text(as_person(world.frank).get("/rules/policies/payments/compare/?from=1&to=2"))

    assert "One thing differs between version 1 and version 2" in page
    assert "After 5 minutes we call the backup for Payments on call." in page
    assert "After 2 minutes we call the backup for Payments on call." in page


@pytest.mark.parametrize("query", ["", "?from=9&to=x", "?from=1&to=1"])
def test_an_odd_question_compares_what_there_is(world: World, query: str) -> None:
    response = as_person(world.frank).get(f"/rules/policies/payments/compare/{query}")

    assert response.status_code == 200
    assert "nothing to compare" in text(response)


def test_an_old_version_holds_again_as_the_next_one(world: World, chief: Person) -> None:
    next_version(world)

    response = as_person(chief).post(
        "/rules/policies/payments/roll-back/", {"version": "1", "reason": "It called too soon."}
    )

    newest = PolicyVersion.objects.latest("number")
    assert response["Location"] == "/rules/policies/payments/"
    assert (newest.number, newest.based_on, newest.rationale) == (
        3,
        world.version,
        "It called too soon.",
    )
    assert list(newest.steps.order_by("pk").values_list("wait_minutes", flat=True)) == list(
        world.version.steps.order_by("pk").values_list("wait_minutes", flat=True)
    )


def test_going_back_needs_a_reason(world: World, chief: Person) -> None:
    next_version(world)

    response = as_person(chief).post("/rules/policies/payments/roll-back/", {"version": "1"})

    assert response.status_code == 422
    assert "Say why you go back, in a few words." in text(response)
    assert PolicyVersion.objects.count() == 2


def test_who_may_not_change_rules_reads_why(world: World) -> None:
    next_version(world)
    browser = as_person(world.frank)

    page = text(browser.get("/rules/policies/payments/roll-back/"))
    browser.post("/rules/policies/payments/roll-back/", {"version": "1", "reason": "I want to."})

    assert "Only administrators and service owners can change whom we call." in page
    assert PolicyVersion.objects.count() == 2


def test_what_holds_already_is_not_gone_back_to(world: World, chief: Person) -> None:
    with pytest.raises(Refused, match="Version 1 does that already"):
        policies.roll_back(world.version, by=chief, reason="Again.", now=NOW)


def test_a_copy_keeps_everything_and_names_where_it_came_from(world: World) -> None:
    kind = DecisionKind.objects.create(name="roll back", slug="roll-back")
    first = world.version.steps.get(clock="acknowledge", order=1)
    first.least_alerts, first.alerts_within_minutes, first.ack_mode = 3, 5, "all"
    first.save()
    first.decisions.add(kind)

    copy = policies.draft_next(world.version)

    same = copy.steps.get(clock="acknowledge", order=1)
    assert (same.least_alerts, same.alerts_within_minutes, same.ack_mode) == (3, 5, "all")
    assert list(same.decisions.all()) == [kind]
    assert copy.based_on == world.version


def test_a_policy_is_copied_under_a_new_name(world: World, chief: Person) -> None:
    copy = policies.copy_to_new(world.version, name="Search", by=chief)

    assert (copy.policy.name, copy.number, copy.published_at) == ("Search", 1, None)
    with pytest.raises(Refused, match="called “search” already"):
        policies.copy_to_new(world.version, name="search", by=chief)
    with pytest.raises(Refused, match="Only administrators"):
        policies.copy_to_new(world.version, name="Other", by=world.frank)


def test_a_version_without_a_reason_is_not_published(world: World) -> None:
    version = policies.draft_next(world.version)

    with pytest.raises(Refused, match="Say why it is so"):
        policies.publish(version, by=world.carol, now=NOW + timedelta(days=1))


def test_a_version_whose_last_step_has_hours_is_not_published(world: World) -> None:
    version = policies.draft_next(world.version)
    PolicyVersion.objects.filter(pk=version.pk).update(rationale="Try it.")
    version.refresh_from_db()
    version.steps.filter(clock="acknowledge", order=3).update(mildest_severity=2)

    with pytest.raises(Refused, match="At any other time the calls would end with nobody"):
        policies.publish(version, by=world.carol, now=NOW)
