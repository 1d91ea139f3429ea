"""Rosters begun, set up and published by a page."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from rosters.models import CoverageTarget, Layer, MatrixEntry, Person, Roster
from rosters.queries import calling
from rosters.queries.oncall import duty_of
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db
SET_UP = "/oncall/payments-on-call/edit/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def keeper(world: World, signed_in: Callable[[Person], Client]) -> Client:
    Roster.objects.filter(pk=world.roster.pk).update(team=world.team)
    return signed_in(world.alice)


def settings(keeper: Client, **changes) -> dict[str, Any]:
    form = keeper.get(SET_UP).context["form"]
    answers = {name: form[name].value() for name in form.fields}
    answers = {name: value for name, value in answers.items() if value not in (None, False)}
    return answers | {"reason": "Agreed"} | changes


def sun(world: World) -> dict[str, Any]:
    return {
        "name": "Platform",
        "team": str(world.team.pk),
        "time_zone": "UTC",
        "group_0": "Asia",
        "from_0": "00:00",
        "to_0": "08:00",
        "p_0_0": "Erin Example",
        "p_0_1": "Frank Example",
        "group_1": "Europe",
        "from_1": "08:00",
        "to_1": "16:00",
        "p_1_0": "Alice Example",
        "group_2": "Americas",
        "from_2": "16:00",
        "to_2": "00:00",
        "p_2_0": "Carol Example",
    }


def test_there_are_four_ways_to_begin(keeper: Client) -> None:
    page = text(keeper.get("/oncall/new/"))

    for title in ("One week each", "Day and night", "Follow the sun", "Something else"):
        assert title in page


def test_who_leads_no_team_reads_why(world: World, signed_in) -> None:
    page = text(signed_in(world.frank).get("/oncall/new/?way=sun"))

    assert "Only leads of a team, roster managers and administrators" in page


def test_three_regions_from_nothing_to_published(keeper: Client, world: World) -> None:
    draft = keeper.post("/oncall/new/?way=sun", sun(world), follow=True)
    assert "Platform is a draft" in text(draft)
    assert "They do not change in" not in text(draft)
    clocks = text(draft).split("When the clocks change")[1]
    assert "the hours stand" in clocks
    assert re.search(r"in Berlin \(CET\) 1 h later from <[^>]+>Sun 28 Mar", clocks)
    assert "Somebody is on call whenever somebody should be" in text(draft)
    assert "Nobody is on call for Platform" not in text(keeper.get("/oncall/"))

    confirm = keeper.get("/oncall/platform/publish/")
    assert "Publish: put them on call" in text(confirm)
    assert "No rule names it yet" in text(confirm)
    assert f"Alice Example is first on call for {world.roster.name} too" in text(confirm)
    assert "Erin Example is first on call for" not in text(confirm)
    done = keeper.post("/oncall/platform/publish/", {"reason": "Ready"}, follow=True)

    assert "Erin Example is on call for Platform" in text(done)
    assert Layer.objects.filter(roster__slug="platform", valid_from=NOW).count() == 3


def test_publishing_again_leads_to_the_roster(keeper: Client) -> None:
    answer = keeper.post("/oncall/payments-on-call/publish/")

    assert answer.headers["Location"] == "/oncall/payments-on-call/"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Give the roster a name"),
        ({"name": "Payments on call"}, "There is a roster called Payments on call already."),
        ({"time_zone": "Atlantis"}, "“Atlantis” is not a time zone."),
        ({"p_1_0": ""}, "Choose at least one person for Europe."),
        ({"p_1_0": "Nobody"}, "Nobody here is called “Nobody”."),
        ({"from_1": "soon"}, "Say from when until when Europe is on call"),
        ({"p_0_1": "erin example"}, "Somebody stands twice in Asia."),
    ],
)
def test_what_is_wrong_is_a_sentence(
    keeper: Client, world: World, changes: dict[str, Any], sentence: str
) -> None:
    answer = keeper.post("/oncall/new/?way=sun", sun(world) | changes)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not Roster.objects.filter(is_draft=True).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"p_1_0": ""}, "p_1_0"),
        ({"p_1_1": "Nobody"}, "p_1_1"),
        ({"group_2": ""}, "group_2"),
        ({"from_1": "soon"}, "from_1"),
        ({"to_1": "late"}, "to_1"),
    ],
)
def test_each_mistake_leads_to_its_field(
    keeper: Client, world: World, changes: dict[str, Any], field: str
) -> None:
    page = text(keeper.post("/oncall/new/?way=sun", sun(world) | changes))

    assert f'<li><a href="#{field}">' in page
    assert f'id="{field}"' in page


def test_half_an_hour_is_no_hour(keeper: Client, world: World) -> None:
    Roster.objects.update(time_zone="Australia/Lord_Howe")

    page = text(keeper.get("/oncall/payments-on-call/edit/"))

    assert "the clocks skip 02:00 to 02:30. A hand-over in that time is at 02:30" in page
    assert "the clocks show 01:30 to 02:00 twice." in page
    assert "has 30 min less." in page


def test_settings_are_saved_with_a_reason(keeper: Client, world: World) -> None:
    refused = keeper.post(SET_UP, settings(keeper, rest_hours="12", reason=""))
    keeper.post(SET_UP, settings(keeper, rest_hours="12", time_zone="Berlin"))

    world.roster.refresh_from_db()
    assert refused.status_code == 422
    assert (world.roster.rest_hours, world.roster.time_zone) == (12, "Europe/Berlin")


def test_no_coverage_by_design_needs_a_reason(keeper: Client, world: World) -> None:
    refused = keeper.post(SET_UP, settings(keeper, kind="none"))
    keeper.post(SET_UP, settings(keeper, kind="none", cover_reason="It can wait"))

    assert "Say why nobody needs to be on call." in text(refused)
    assert CoverageTarget.objects.get(roster=world.roster).reason == "It can wait"


def test_two_writers_of_settings_do_not_lose_a_word(keeper: Client, world: World) -> None:
    mine = settings(keeper, rest_hours="12")
    keeper.post(SET_UP, settings(keeper, name="Payments round the clock"))

    answer = keeper.post(SET_UP, mine)

    world.roster.refresh_from_db()
    assert answer.status_code == 409
    assert "You changed this roster while you were writing." in text(answer)
    assert world.roster.rest_hours == 11


def test_a_draft_is_thrown_away_and_a_published_roster_stays(keeper: Client, world: World) -> None:
    keeper.post("/oncall/new/?way=sun", sun(world))

    keeper.post("/oncall/platform/discard/")
    refused = keeper.post("/oncall/payments-on-call/discard/", follow=True)

    assert list(Roster.objects.values_list("slug", flat=True)) == ["payments-on-call"]
    assert "It is published, so it stays." in text(refused)


def test_what_was_published_by_mistake_is_a_draft_again(keeper: Client, world: World) -> None:
    keeper.post("/oncall/new/?way=sun", sun(world))
    keeper.post("/oncall/platform/publish/")
    shown = text(keeper.get("/oncall/platform/edit/"))

    answers = [keeper.post("/oncall/platform/unpublish/", follow=True) for _ in range(2)]

    assert "Take it back to a draft" in shown
    assert "Platform is a draft again. Nobody is called by it." in text(answers[0])
    assert answers[1].status_code == 200
    assert Roster.objects.get(slug="platform").is_draft


def test_a_roster_that_something_calls_or_that_has_run_stays_published(
    keeper: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.post("/oncall/new/?way=sun", sun(world))
    keeper.post("/oncall/platform/publish/")
    later = NOW + timedelta(days=2)

    called = keeper.post("/oncall/payments-on-call/unpublish/", follow=True)
    Layer.objects.filter(roster__slug="platform").update(valid_from=NOW)
    monkeypatch.setattr("config.portal.clock.act_now", lambda: later)
    run = keeper.post("/oncall/platform/unpublish/", follow=True)

    assert "A rule names it" in text(called)
    assert "has been on call by it already" in text(run)
    assert not Roster.objects.filter(is_draft=True).exists()


def test_only_those_who_may_set_it_up(world: World, signed_in) -> None:
    stranger, manager = signed_in(world.frank), make_person("Mona", is_administrator=True)

    assert "Only leads of the team" in text(stranger.get(SET_UP))
    assert "Save the settings" in text(signed_in(manager).get(SET_UP))


class TestWhatANewRosterSays:
    def test_it_claims_no_service_whose_rule_does_not_name_it(
        self, keeper: Client, world: World
    ) -> None:
        keeper.post("/oncall/new/?way=sun", sun(world))
        published = text(keeper.post("/oncall/platform/publish/", follow=True))
        listed = text(keeper.get("/oncall/"))

        assert "No rule calls it yet" in published
        assert "From now on its people are called" not in published
        assert "Read its rule" not in published
        assert "Read its rule" in text(keeper.get("/oncall/payments-on-call/"))
        line = listed.split(">Platform<")[1].split("</tr>")[0]
        assert "Payments" not in line

    def test_named_in_the_contact_matrix_it_answers(self, keeper: Client, world: World) -> None:
        keeper.post("/oncall/new/?way=sun", sun(world))
        keeper.post("/oncall/platform/publish/", follow=True)
        roster = Roster.objects.get(slug="platform")
        MatrixEntry.objects.create(role=world.director, team=world.team, roster=roster)

        page = text(keeper.get("/oncall/platform/"))

        assert "No rule calls it yet" not in page
        assert "Read its rule" in page

    def test_once_somebody_was_on_call_by_it_the_past_stays(
        self, keeper: Client, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keeper.post("/oncall/new/?way=sun", sun(world))
        keeper.post("/oncall/platform/publish/")
        roster = Roster.objects.get(slug="platform")
        before = duty_of(roster, now=NOW).first
        later = NOW + timedelta(minutes=7)
        monkeypatch.setattr("config.portal.clock.act_now", lambda: later)
        monkeypatch.setattr("config.portal.clock.show_now", lambda: later)

        refused = text(keeper.post("/oncall/platform/unpublish/", follow=True))

        roster.refresh_from_db()
        assert before
        assert not roster.is_draft
        assert f"{before[0]} has been on call by it already" in refused
        assert duty_of(roster, now=NOW).first == before
        assert "Take it back to a draft" not in text(keeper.get("/oncall/platform/edit/"))

    def test_a_draft_is_no_gap(self, keeper: Client, world: World) -> None:
        keeper.post("/oncall/new/?way=sun", sun(world))

        assert not calling.line_of(Roster.objects.get(slug="platform"), at=NOW).is_gap
