"""The rule of a service of tier 1 changes only when two people agree, and never by its author."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from config.portal.refusals import Refused
from incidents.intake import policy_file
from incidents.models import PolicyVersion
from incidents.operations import agreeing, policies, policy_files
from incidents.queries import policy_files as reading
from rosters.enums import Tier
from rosters.models import Message, Person
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def keepers(world: World) -> World:
    """Carol and Dora may change whom we call."""
    for person in (world.carol, world.dora):
        person.is_superuser = person.is_staff = True
        person.save()
    return world


def draft(world: World) -> PolicyVersion:
    made = policies.draft_next(world.version)
    made.steps.filter(order=2).update(wait_minutes=3)
    PolicyVersion.objects.filter(pk=made.pk).update(rationale="Faster.")
    made.refresh_from_db()
    return made


def asked(world: World) -> PolicyVersion:
    return agreeing.publish_or_ask(draft(world), by=world.carol, now=NOW)


def test_it_waits_and_whoever_may_agree_is_written_to(keepers: World) -> None:
    version = asked(keepers)

    assert version.published_at is None
    assert (version.asked_by, version.asked_at) == (keepers.carol, NOW)
    [letter] = Message.objects.filter(topic=agreeing.TOPIC)
    assert letter.person == keepers.dora
    assert "Carol Example asks you to agree to version 2 of the rule “Payments”." in letter.body
    assert "Payments is of tier 1, so a second person must agree before it holds." in letter.body


def test_a_second_person_makes_it_hold_and_both_are_named(keepers: World) -> None:
    version = agreeing.agree(asked(keepers), by=keepers.dora, now=LATER)

    assert (version.published_at, version.published_by) == (LATER, keepers.carol)
    assert version.agreed_by == keepers.dora
    assert not Message.objects.filter(topic=agreeing.TOPIC, state="planned").exists()
    assert agreeing.agree(version, by=keepers.dora, now=LATER).published_at == LATER


def test_its_author_cannot_agree(keepers: World) -> None:
    with pytest.raises(Refused, match=r"You asked for it, so somebody else must.*Ask Dora Example"):
        agreeing.agree(asked(keepers), by=keepers.carol, now=LATER)


def test_nor_can_somebody_without_the_right(keepers: World) -> None:
    with pytest.raises(Refused, match=r"Only administrators and service owners"):
        agreeing.agree(asked(keepers), by=keepers.erin, now=LATER)


def test_not_even_the_database_lets_one_person_be_both(keepers: World) -> None:
    version = asked(keepers)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(agreed_by=keepers.carol)


def test_what_waits_stays_as_it_is_until_it_is_taken_back(keepers: World) -> None:
    version = asked(keepers)
    step = version.steps.get(order=2)
    with pytest.raises(Refused, match="waits for a second person"):
        policies.move_step(step, places=policies.DOWN, now=NOW)

    version = agreeing.take_back(version, by=keepers.carol, now=LATER)

    assert version.asked_at is None
    with pytest.raises(Refused, match="Nobody asks for it any more"):
        agreeing.agree(version, by=keepers.dora, now=LATER)


def test_a_service_of_another_tier_needs_one_person(keepers: World) -> None:
    keepers.service.tier = Tier.IMPORTANT
    keepers.service.save()

    assert asked(keepers).published_at == NOW


def test_where_nobody_else_may_agree_it_holds_at_once(world: World) -> None:
    world.carol.is_superuser = True
    world.carol.save()

    assert asked(world).published_at == NOW


def test_the_page_asks_the_second_person_and_tells_the_author(
    keepers: World, client: Client
) -> None:
    version = asked(keepers)
    client.force_login(keepers.carol)
    page = client.get("/rules/policies/payments/").content.decode()
    assert "Version 2 waits for a second person" in page
    assert "Agree, so that it holds" not in page
    client.force_login(keepers.dora)
    assert "Agree, so that it holds" in client.get("/rules/policies/payments/").content.decode()

    client.post("/rules/policies/payments/agree/", {"version": "2", "to": "agree"})

    version.refresh_from_db()
    assert version.agreed_by == keepers.dora
    assert "Dora Example agreed" in client.get("/rules/policies/payments/").content.decode()


def test_the_admin_asks_and_then_shows_it_read_only(keepers: World, client: Client) -> None:
    version = draft(keepers)
    client.force_login(keepers.carol)
    rows = {"action": "publish", "_selected_action": [version.pk]}

    answer = client.post("/admin/incidents/policyversion/", rows, follow=True)

    assert "waits until a second person agrees" in answer.content.decode()
    page = client.get(f"/admin/incidents/policyversion/{version.pk}/change/").content.decode()
    assert 'name="_publish"' not in page


def applied(world: World, agreed_by: Person | None = None) -> policy_files.Outcome:
    text = policy_file.write(reading.as_file()).replace("after: 5", "after: 4", 1)
    file = policy_file.read(text.replace("why: For tests.", "why: Faster."))
    return policy_files.apply(file, by=world.carol, now=LATER, agreed_by=agreed_by)


def test_a_file_waits_for_a_second_person_and_asks_once(keepers: World) -> None:
    first, again = applied(keepers), applied(keepers)

    assert policy_files.WAITS in first.changes[0].lines
    assert policy_files.WAITS in again.changes[0].lines
    [version] = PolicyVersion.objects.filter(number__gt=1)
    assert (version.asked_by, version.published_at) == (keepers.carol, None)


def test_a_file_with_a_second_person_holds(keepers: World) -> None:
    applied(keepers)
    applied(keepers, agreed_by=keepers.dora)

    [version] = PolicyVersion.objects.filter(number__gt=1)
    assert (version.published_at, version.agreed_by) == (LATER, keepers.dora)


def test_a_file_refuses_its_author_as_the_second_person(keepers: World) -> None:
    with pytest.raises(policy_files.Unfit, match="You asked for it, so somebody else must agree"):
        applied(keepers, agreed_by=keepers.carol)


def test_the_command_takes_a_second_person(keepers: World, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    text = policy_file.write(reading.as_file()).replace("after: 5", "after: 4", 1)
    file.write_text(text.replace("why: For tests.", "why: Faster."), encoding="utf-8")
    said = StringIO()

    call_command(
        "policies",
        "apply",
        str(file),
        by="carol@example.org",
        agreed_by="dora@example.org",
        stdout=said,
    )

    assert "It holds from now on." in said.getvalue()
    assert PolicyVersion.objects.get(number=2).agreed_by == keepers.dora
