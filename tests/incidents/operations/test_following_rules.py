"""Whoever follows a rule hears in words what changed in it, once; and nothing where nothing did."""

from datetime import timedelta

import pytest
from django.test import Client

from config.portal.refusals import Refused
from incidents.models import EscalationPolicy, Route, RuleNews, RuleSubscription
from incidents.operations import following_rules, policies
from incidents.queries import rule_news
from rosters.models import ContactPoint, MatrixEntry, Message, Override
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


def letters() -> list[Message]:
    return list(Message.objects.filter(topic=following_rules.TOPIC).order_by("pk"))


def followed(world: World) -> None:
    following_rules.follow(world.service, by=world.erin, now=NOW)


def test_a_new_version_is_told_with_what_it_changes_and_why(world: World) -> None:
    followed(world)
    draft = policies.draft_next(world.version)
    draft.steps.filter(order=2).update(wait_minutes=3)
    type(draft).objects.filter(pk=draft.pk).update(rationale="The backup wakes faster.")
    policies.publish(draft, by=world.carol, now=LATER)

    assert following_rules.tell_due(now=LATER) == 1
    assert following_rules.tell_due(now=LATER) == 0

    [letter] = letters()
    assert letter.person == world.erin
    assert letter.subject == "The rule of Payments has changed"
    assert "version 2 of “Payments” holds now. Carol Example published it." in letter.body
    assert "Why: The backup wakes faster." in letter.body
    assert "3 minutes" in letter.body
    assert "/rules/payments/" in letter.body


def test_another_route_is_told(world: World) -> None:
    followed(world)
    other = EscalationPolicy.objects.create(name="Quiet", slug="quiet")
    copy = policies.draft_next(world.version)
    type(copy).objects.filter(pk=copy.pk).update(policy=other, number=1, rationale="Quiet.")
    copy.refresh_from_db()
    policies.publish(copy, by=world.carol, now=LATER)
    Route.objects.create(service=world.service, severity=3, policy=other)

    following_rules.tell_due(now=LATER)

    [letter] = letters()
    assert "- For SEV3, Payments goes by the rule “Quiet” now." in letter.body


def test_another_cell_of_the_matrix_is_told_and_what_was_before(world: World) -> None:
    followed(world)
    MatrixEntry.objects.filter(role=world.commander).update(person=world.erin, backup=None)

    following_rules.tell_due(now=LATER)

    [letter] = letters()
    assert (
        "- The incident commander is Erin Example. Before, it was Carol Example, with Dora Example"
        " as backup." in letter.body
    )


def test_who_is_on_call_is_no_news(world: World) -> None:
    followed(world)
    Override.objects.create(
        roster=world.roster, person=world.frank, starts_at=NOW, ends_at=NOW + timedelta(days=1)
    )

    assert following_rules.tell_due(now=LATER) == 0
    assert RuleNews.objects.count() == 1


def test_nobody_hears_of_what_changed_before_they_followed(world: World) -> None:
    followed(world)
    following_rules.unfollow(world.service, by=world.erin, now=NOW)
    MatrixEntry.objects.filter(role=world.commander).update(person=world.erin, backup=None)
    followed(world)

    assert following_rules.tell_due(now=LATER) == 0


def test_without_an_address_it_is_refused(world: World) -> None:
    ContactPoint.objects.filter(person=world.erin).delete()

    with pytest.raises(Refused, match=r"has no address of yours\. Add one under Me"):
        followed(world)


def test_whoever_stops_hears_no_more_nor_of_what_waits(world: World) -> None:
    followed(world)
    MatrixEntry.objects.filter(role=world.commander).update(person=world.erin, backup=None)
    following_rules.tell_due(now=LATER)

    following_rules.unfollow(world.service, by=world.erin, now=LATER)

    assert [one.state for one in letters()] == ["cancelled"]
    assert not RuleSubscription.objects.exists()


def test_the_page_offers_it_and_me_lists_it_with_a_way_to_stop(
    world: World, client: Client
) -> None:
    client.force_login(world.erin)
    assert "Tell me if this changes" in client.get("/rules/payments/").content.decode()

    answer = client.post("/rules/payments/follow/", {"to": "on"}, follow=True)

    assert "We write to you when the rule of Payments changes." in answer.content.decode()
    assert "Stop telling me" in answer.content.decode()
    assert "The rule of Payments" in client.get("/me/").content.decode()
    client.post("/rules/payments/follow/", {"to": "off", "from": "me"})
    assert rule_news.followed_by(world.erin) == []


def test_getting_the_address_follows_nothing(world: World, client: Client) -> None:
    client.force_login(world.erin)

    assert client.get("/rules/payments/follow/").status_code == 405
    assert not RuleSubscription.objects.exists()
