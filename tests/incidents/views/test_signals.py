"""The pages of alert sources: how they do, setting one up, what arrived, sending it again."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.portal import clock
from incidents.models import (
    Alert,
    AlertSource,
    Incident,
    Notification,
    RawReceipt,
    SourceToken,
)
from incidents.operations import source_keeping
from incidents.operations.source_keeping import SourceFacts
from rosters.logic.roles import Role
from tests.incidents.intake.test_alertmanager import FIRING
from tests.world import TOKEN, World

pytestmark = pytest.mark.django_db
DOOR = "/api/v1/alerts/alertmanager"


@pytest.fixture
def keeper(client: Client, world: World) -> Client:
    """Alice leads the team that owns the source, and is signed in."""
    world.source.owner_team = world.team
    world.source.save()
    client.force_login(world.alice)
    return client


def send(body: Any = FIRING, *, token: str = TOKEN, door: str = DOOR) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    headers = {"Authorization": f"Bearer {token}"}
    return Client().post(door, text, content_type="application/json", headers=headers)


def page(name: str, *args: Any) -> str:
    return reverse(f"incidents:{name}", args=args)


def test_without_sources_the_page_says_what_one_is_for(client: Client, world: World) -> None:
    SourceToken.objects.all().delete()
    AlertSource.objects.all().delete()
    client.force_login(world.frank)

    text = client.get(page("signals")).content.decode()

    assert "Nothing sends alerts yet" in text
    assert "Set up" not in text.partition("<main")[2]


def test_a_source_that_reports_says_so(keeper: Client) -> None:
    send()

    text = keeper.get(page("signals")).content.decode()

    assert "One source reports" in text
    assert "Opened an incident" in text


def test_a_refused_source_comes_first_with_since_when(keeper: Client, world: World) -> None:
    now = clock.act_now()
    other = AlertSource.objects.create(name="Another", slug="another", kind="generic")
    for minutes, status in ((50, 202), (40, 400), (30, 400)):
        RawReceipt.objects.create(
            source=world.source,
            received_at=now - timedelta(minutes=minutes),
            body=b"{",
            status=status,
            answer={"message": "It is not valid JSON."},
        )
    RawReceipt.objects.create(source=other, received_at=now, body=b"{}", answer={"alerts": []})

    context = keeper.get(page("signals")).context

    [first, second] = context["overview"].rows
    assert (first.state, first.since) == ("refused", now - timedelta(minutes=40))
    assert (first.requests, first.refused) == (3, 2)
    assert second.state == "well"


def test_a_source_that_used_to_speak_is_missed(keeper: Client, world: World) -> None:
    now = clock.act_now()
    for days in (2, 3, 4):
        RawReceipt.objects.create(
            source=world.source,
            received_at=now - timedelta(days=days),
            body=b"{}",
            answer={"alerts": []},
        )

    text = keeper.get(page("signals")).content.decode()

    assert "it has been silent since" in text


@pytest.mark.parametrize(
    ("query", "shown"), [("q=monit", 1), ("q=nothing", 0), ("state=new", 1), ("kind=sentry", 0)]
)
def test_the_list_is_narrowed(keeper: Client, query: str, shown: int) -> None:
    found = keeper.get(f"{page('signals')}?{query}")

    assert found.context["table"].paginator.count == shown
    assert ("No source matches" in found.content.decode()) == (shown == 0)


def test_the_overview_asks_the_same_for_few_and_for_many(keeper: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            keeper.get(page("signals"))
        return len(queries)

    asked()
    few = asked()
    for number in range(30):
        AlertSource.objects.create(name=f"S {number}", slug=f"s-{number}", kind="generic")

    assert asked() == few


def test_a_source_is_set_up_in_two_steps_and_its_token_shown_once(
    keeper: Client, world: World
) -> None:
    choice = keeper.get(page("source_new")).content.decode()
    answer = keeper.post(
        f"{page('source_new')}?kind=generic",
        {"name": "Shop script", "owner_team": world.team.pk, "default_severity": 2},
    )

    source = AlertSource.objects.get(slug="shop-script")
    token = answer.context["made"]
    assert "Prometheus Alertmanager" in choice
    assert f"Bearer {token}" in answer.content.decode()
    assert answer.headers["Cache-Control"].find("no-store") >= 0
    assert (source.kind, source.owner_team, source.default_severity) == ("generic", world.team, 2)
    assert token not in keeper.get(page("source", source.slug)).content.decode()
    said = send({"title": "It broke"}, token=token, door="/api/v1/alerts/generic")
    assert said.status_code == 202


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Give the source a name"),
        ({"name": "monitor"}, "already"),
        ({"name": "New", "owner_team": ""}, "team that you lead"),
    ],
)
def test_a_wrong_answer_makes_no_source(
    keeper: Client, world: World, typed: dict[str, str], sentence: str
) -> None:
    data = {"owner_team": world.team.pk, "default_severity": 3} | typed

    answer = keeper.post(f"{page('source_new')}?kind=generic", data)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert AlertSource.objects.count() == 1


def test_who_leads_no_team_sets_nothing_up(client: Client, world: World) -> None:
    client.force_login(world.frank)

    answer = client.post(f"{page('source_new')}?kind=generic", {"name": "X"})

    assert "Only leads of a team" in answer.content.decode()
    assert AlertSource.objects.count() == 1


def test_a_service_owner_may_set_up_a_source_of_nobody(client: Client, world: World) -> None:
    world.frank.groups.add(Group.objects.get_or_create(name=Role.SERVICE_OWNER.value)[0])
    client.force_login(world.frank)

    client.post(f"{page('source_new')}?kind=generic", {"name": "X", "default_severity": 3})

    assert AlertSource.objects.get(slug="x").owner_team is None


ACTS = [
    ("source_edit", {"name": "Mine now", "default_severity": 1}),
    ("source_token_new", {}),
    ("source_secret", {"do": "set"}),
    ("source_again", {}),
]


@pytest.mark.parametrize(("name", "typed"), ACTS)
def test_a_stranger_changes_nothing(
    client: Client, world: World, name: str, typed: dict[str, Any]
) -> None:
    before = AlertSource.objects.values().get()
    client.force_login(world.frank)

    client.post(page(name, "monitor"), typed)

    assert AlertSource.objects.values().get() == before
    assert SourceToken.objects.count() == 1


def test_settings_are_said_in_plain_words_and_kept(keeper: Client, world: World) -> None:
    typed = {
        "name": "Prometheus",
        "owner_team": world.team.pk,
        "default_service": world.service.pk,
        "default_severity": 2,
        "is_active": "on",
        "grouping_minutes": 10,
        "reopen_minutes": 30,
        "quiet_minutes": "",
        "rate_per_minute": 100,
        "keep_days": 14,
    }
    asked = keeper.get(page("source_edit", "monitor")).content.decode()

    answer = keeper.post(page("source_edit", "monitor"), typed)

    source = AlertSource.objects.get()
    assert "None is refused, none is lost." in asked
    assert answer.status_code == 302
    assert (source.name, source.slug, source.grouping_minutes) == ("Prometheus", "monitor", 10)
    assert (source.joins_causes, source.quiet_minutes, source.keep_days) == (False, None, 14)


def test_a_wrong_setting_is_named(keeper: Client) -> None:
    answer = keeper.post(
        page("source_edit", "monitor"), {"name": "Monitor", "default_severity": 3, "keep_days": 0}
    )

    assert answer.status_code == 422
    assert "1" in str(answer.context["form"].errors["keep_days"])


def test_a_second_token_works_beside_the_first_until_that_is_revoked(
    keeper: Client, world: World
) -> None:
    made = keeper.post(page("source_token_new", "monitor")).context["made"]
    first = SourceToken.objects.order_by("pk")[0]
    asked = keeper.get(page("source_token_revoke", "monitor", first.pk)).content.decode()

    keeper.post(page("source_token_revoke", "monitor", first.pk))

    assert "One other token remains" in asked
    assert send().status_code == 401
    assert send(token=made).status_code == 202


def test_a_token_says_when_it_was_used_last(keeper: Client) -> None:
    source = page("source", "monitor")
    made = keeper.post(page("source_token_new", "monitor")).context["made"]
    before = keeper.get(source).content.decode()

    send(token=made)
    send(token=made)

    used = SourceToken.objects.get(use__isnull=False)
    after = keeper.get(source).content.decode()
    asked = keeper.get(page("source_token_revoke", "monitor", used.pk)).content.decode()
    assert made.endswith(used.hint)
    assert (before.count("Not seen in use yet."), after.count("Not seen in use yet.")) == (2, 1)
    assert "Last used " in after
    assert "It was used last " in asked


def test_a_refused_token_is_not_used(keeper: Client) -> None:
    assert send(token="x" * 40).status_code == 401

    assert not SourceToken.objects.filter(use__isnull=False).exists()


def test_the_last_token_says_so(keeper: Client) -> None:
    token = SourceToken.objects.get()

    text = keeper.get(page("source_token_revoke", "monitor", token.pk)).content.decode()

    assert "It is the last live token." in text


def test_signing_is_switched_on_replaced_and_off(keeper: Client) -> None:
    made = keeper.post(page("source_secret", "monitor"), {"do": "set"}).context["made"]
    unsigned = send()
    again = keeper.get(page("source_secret", "monitor")).content.decode()
    keeper.post(page("source_secret", "monitor"), {"do": "drop"})

    assert made.startswith("whsec_")
    assert unsigned.status_code == 401
    assert "Replace the secret" in again
    assert made not in again
    assert send().status_code == 202


@pytest.mark.parametrize("secret", ["short", "whsec_no base64", "whsec_AAAA", "é" * 20])
def test_a_secret_that_is_none_is_refused(keeper: Client, secret: str) -> None:
    answer = keeper.post(page("source_secret", "monitor"), {"do": "set", "secret": secret})

    assert answer.status_code == 422
    assert AlertSource.objects.get().sealed_secret == ""


def test_a_test_says_what_would_happen_and_does_nothing(keeper: Client, world: World) -> None:
    answer = keeper.post(page("source_try", "monitor"), {"do": "example"})

    text = re.sub(r"\s+", " ", answer.content.decode())
    assert "This would open a SEV" in text
    assert "We would phone Alice Example at once" in text
    assert not Incident.objects.exists()
    assert not Alert.objects.exists()
    assert not RawReceipt.objects.exists()
    assert not Notification.objects.exists()


def test_a_test_writes_nothing_at_all(keeper: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        keeper.post(page("source_try", "monitor"), {"do": "example"})

    written = [one["sql"] for one in asked if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql for sql in written if "session" not in sql] == []
    assert not [one for one in asked if "FOR UPDATE" in one["sql"] or "FOR NO KEY" in one["sql"]]


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        ("{", "not valid JSON"),
        ("[]", "JSON object"),
        (json.dumps(FIRING), "This would open a SEV1 on Payments."),
        ('{"alerts": []}', ""),
        ('{"alerts": [{"labels": {"a": "\\u0000"}}]}', ""),
        ("<script>alert(1)</script>", "not valid JSON"),
    ],
)
def test_what_is_pasted_is_read_as_if_it_had_arrived(
    keeper: Client, payload: str, sentence: str
) -> None:
    typed = {"do": "paste", "payload": payload}

    answer = keeper.post(page("source_try", "monitor"), typed)

    assert answer.status_code == 200
    assert sentence in re.sub(r"\s+", " ", answer.content.decode())
    assert "<script>alert" not in answer.content.decode()
    assert not Incident.objects.exists()


def test_an_alert_of_an_open_incident_would_join_it(keeper: Client) -> None:
    send()

    answer = keeper.post(
        page("source_try", "monitor"), {"do": "paste", "payload": json.dumps(FIRING)}
    )

    [one] = answer.context["tried"].alerts
    assert (one.outcome, one.incident) == ("grouped", Incident.objects.get())


def test_nothing_pasted_is_asked_for(keeper: Client) -> None:
    assert keeper.post(page("source_try", "monitor"), {"do": "paste"}).status_code == 422


def test_what_arrived_is_listed_and_narrowed(keeper: Client) -> None:
    send()
    send("{")
    url = page("source", "monitor")

    assert keeper.get(url).context["table"].paginator.count == 2
    assert keeper.get(f"{url}?what=refused").context["table"].paginator.count == 1
    assert keeper.get(f"{url}?what=taken").context["table"].paginator.count == 1
    assert "Nothing matches" in keeper.get(f"{url}?day=2001-01-01").content.decode()
    assert "Write the day like" in keeper.get(f"{url}?day=soon").content.decode()
    assert keeper.get(f"{url}?day=9999-12-31").status_code == 200
    assert keeper.get(f"{url}?day=0001-01-01").status_code == 200


def test_the_page_of_a_source_asks_the_same_for_few_and_for_many(keeper: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            keeper.get(page("source", "monitor"))
        return len(queries)

    send()
    send("{")
    asked()
    few = asked()
    for _ in range(30):
        send("{")

    assert asked() == few


def test_a_request_shows_its_body_to_who_keeps_the_source(
    keeper: Client, world: World, client: Client
) -> None:
    send('{"alerts": [], "note": "<b>Ada Lovelace</b>"}')
    url = page("receipt", RawReceipt.objects.get().pk)

    mine = keeper.get(url).content.decode()
    client.force_login(world.frank)
    theirs = client.get(url).content.decode()

    assert "&lt;b&gt;Ada Lovelace&lt;/b&gt;" in mine
    assert "Lovelace" not in theirs
    assert "may hold personal data" in theirs


def test_a_request_links_to_its_incident_unless_it_is_restricted(
    keeper: Client, world: World, client: Client
) -> None:
    send()
    incident = Incident.objects.get()
    url = page("receipt", RawReceipt.objects.get().pk)

    open_to_all = keeper.get(url).content.decode()
    Incident.objects.update(is_restricted=True)
    client.force_login(world.frank)
    hidden = client.get(url).content.decode()

    assert f"/incidents/{incident.reference}/" in open_to_all
    assert incident.reference not in hidden
    assert "CardErrorsHigh" not in hidden


def test_a_refused_request_is_sent_again_once_it_can_be_read(keeper: Client, world: World) -> None:
    source_keeping.set_secret(world.source, by=world.alice)
    send()
    source_keeping.drop_secret(world.source, by=world.alice)
    receipt = RawReceipt.objects.get()
    asked = keeper.get(page("receipt_again", receipt.pk)).content.decode()

    answer = keeper.post(page("receipt_again", receipt.pk), follow=True)

    receipt.refresh_from_db()
    assert "signature was not right" in asked
    assert Incident.objects.count() == 1
    assert (receipt.status, receipt.replayed_by) == (202, world.alice)
    assert "its first answer was 401" in answer.content.decode()
    assert RawReceipt.objects.count() == 1


def test_sending_again_what_was_taken_counts_once_more_and_opens_nothing(keeper: Client) -> None:
    send()
    receipt = RawReceipt.objects.get()

    keeper.post(page("receipt_again", receipt.pk))
    keeper.post(page("receipt_again", receipt.pk))

    assert Incident.objects.count() == 1
    assert Alert.objects.get().times_received == 3


def test_what_still_cannot_be_read_says_why(keeper: Client) -> None:
    send("{")
    receipt = RawReceipt.objects.get()

    text = keeper.post(page("receipt_again", receipt.pk), follow=True).content.decode()

    receipt.refresh_from_db()
    assert "It still cannot be read" in text
    assert (receipt.status, receipt.replayed_at is None) == (400, False)


def test_a_stranger_sends_nothing_again(client: Client, world: World) -> None:
    send()
    client.force_login(world.frank)

    text = client.post(page("receipt_again", RawReceipt.objects.get().pk), follow=True)

    assert "Only leads of the owning team" in text.content.decode()
    assert Alert.objects.get().times_received == 1


def test_many_refused_ones_are_sent_again_in_presses_of_fifty(keeper: Client, world: World) -> None:
    source_keeping.set_secret(world.source, by=world.alice)
    for number in range(52):
        whole = FIRING | {"groupKey": f"g{number}"}
        whole["alerts"] = [FIRING["alerts"][0] | {"fingerprint": f"{number:016x}"}]
        send(whole)
    send("{")
    source_keeping.drop_secret(world.source, by=world.alice)
    url = page("source_again", "monitor")
    asked = keeper.get(url)

    first = keeper.post(url, {"until": asked.context["until"].isoformat()})
    second = keeper.post(url, {"until": first.context["until"].isoformat()})

    assert "Send these 53 again" in asked.content.decode()
    assert (first.context["done"].taken, first.context["left"]) == (50, 3)
    assert second.status_code == 302
    assert Incident.objects.count() == 52
    assert RawReceipt.objects.filter(status__gte=400).count() == 1


def test_a_source_switched_off_sends_nothing_again(keeper: Client, world: World) -> None:
    send()
    AlertSource.objects.update(is_active=False)

    text = keeper.post(page("receipt_again", RawReceipt.objects.get().pk), follow=True)

    assert "is switched off" in text.content.decode()


def test_begin_finds_a_free_address(world: World) -> None:
    world.alice.is_superuser = True
    now = clock.act_now()

    made = [
        source_keeping.begin(SourceFacts(name), kind="generic", by=world.alice, now=now)[0].slug
        for name in ("New", "Shop!", "Shop?", "日本")
    ]

    assert made == ["new-2", "shop", "shop-2", "source"]
