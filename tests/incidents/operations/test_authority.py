"""The fast path of the law, the root cause, and what comes with Muster."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from config.portal.refusals import Refused
from incidents.enums import PersonalData, Promise
from incidents.models import (
    DecisionKind,
    DecisionRight,
    ImpactClass,
    Incident,
    Notification,
    ResponseClock,
    ResponseTarget,
)
from incidents.operations import authority, causes, engine, lifecycle, shipped, statutory
from incidents.operations.lifecycle import Opening
from rosters.models import MatrixEntry, Message, Person, StakeholderRole
from rosters.operations import roles
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


@pytest.fixture
def impact(world: World) -> ImpactClass:
    counsel = StakeholderRole.objects.create(name="legal counsel", slug="legal-counsel")
    MatrixEntry.objects.create(role=counsel, person=world.dora)
    return ImpactClass.objects.create(
        name="Privacy",
        slug="privacy",
        is_restricted=True,
        statutory_hours=72,
        authority="the data protection authority",
    )


def declare(world: World, impact: ImpactClass | None = None) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service, impact=impact)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


def clock_of(incident: Incident) -> ResponseClock:
    return ResponseClock.objects.get(incident=incident, promise=Promise.REPORT)


def test_one_press_closes_calls_and_counts(world: World, impact: ImpactClass) -> None:
    incident = declare(world)
    engine.tick(now=NOW)

    authority.restrict(incident, impact, by=world.alice, now=minutes(10))

    incident.refresh_from_db()
    assert incident.is_restricted
    assert incident.impact == impact
    called = Notification.objects.filter(purpose__startswith="law ")
    assert [one.person for one in called] == [world.dora]
    assert clock_of(incident).target_at == NOW + timedelta(hours=72)
    assert incident.clocks.get(promise=Promise.ACKNOWLEDGE).is_open
    assert not Incident.objects.visible_to(world.frank).filter(pk=incident.pk).exists()
    said = [entry.params.get("text") for entry in incident.timeline.all()]
    assert said.count("It is marked as privacy.") == 1


def test_whoever_pressed_and_whoever_has_it_can_still_read_it(
    world: World, impact: ImpactClass
) -> None:
    incident = declare(world)
    lifecycle.acknowledge(incident, by=world.bob, now=NOW)

    authority.restrict(incident, impact, by=world.alice, now=minutes(1))

    for person in (world.alice, world.bob, world.erin, world.dora):
        assert Incident.objects.visible_to(person).filter(pk=incident.pk).exists()


def test_pressing_twice_changes_nothing(world: World, impact: ImpactClass) -> None:
    incident = declare(world)
    authority.restrict(incident, impact, by=world.alice, now=minutes(1))
    before = incident.timeline.count()

    authority.restrict(incident, impact, by=world.alice, now=minutes(2))

    assert incident.timeline.count() == before
    assert Notification.objects.filter(purpose__startswith="law ").count() == 1


def test_an_incident_that_opens_with_such_harm_counts_at_once(
    world: World, impact: ImpactClass
) -> None:
    assert clock_of(declare(world, impact)).target_at == NOW + timedelta(hours=72)


def test_personal_data_at_risk_counts_down_without_a_kind_of_harm(
    world: World, impact: ImpactClass
) -> None:
    counsel = StakeholderRole.objects.get(slug="legal-counsel")
    ImpactClass.objects.filter(pk=impact.pk).update(told_role=counsel)
    opening = Opening("Names leak", 1, service=world.service, personal_data=PersonalData.YES)

    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)

    assert incident.impact is None
    assert clock_of(incident).target_at == NOW + timedelta(hours=72)
    page = browser(world.dora).get(f"/incidents/{incident.reference}/authority/").content.decode()
    assert "Was the data protection authority told?" in page


@pytest.mark.parametrize("answer", [PersonalData.NO, PersonalData.UNSURE])
def test_personal_data_that_is_not_at_risk_counts_nothing(
    world: World, impact: ImpactClass, answer: PersonalData
) -> None:
    opening = Opening("Slow", 1, service=world.service, personal_data=answer)

    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)

    assert not incident.clocks.filter(promise=Promise.REPORT).exists()


def test_whoever_looks_after_it_is_reminded_once_when_little_is_left(
    world: World, impact: ImpactClass
) -> None:
    incident = declare(world, impact)
    near = clock_of(incident).at_risk_at

    before = statutory.remind(now=near - timedelta(seconds=1))
    counts = [statutory.remind(now=near + timedelta(minutes=count)) for count in range(3)]

    assert before == 0
    assert counts == [1, 0, 0]
    message = Message.objects.get(person=world.dora, body__contains="Little time is left.")
    assert "An authority must be told of it" in message.body


def test_nobody_is_reminded_of_what_is_noted(world: World, impact: ImpactClass) -> None:
    incident = declare(world, impact)
    authority.note_needless(incident, because="No data", by=world.dora, now=minutes(1))

    assert statutory.remind(now=NOW + timedelta(hours=71)) == 0


def test_a_stranger_may_not_close_it(world: World, impact: ImpactClass) -> None:
    with pytest.raises(Refused, match="Only the people we called"):
        authority.restrict(declare(world), impact, by=world.frank, now=NOW)


@pytest.mark.parametrize(
    ("told_after", "noted_after", "is_breached"),
    [(60, 60, False), (60, 80, False), (75, 80, True)],
    ids=["in time", "in time, noted late", "late"],
)
def test_telling_the_authority_ends_the_countdown_with_its_instant(
    world: World, impact: ImpactClass, told_after: int, noted_after: int, is_breached: bool
) -> None:
    incident = declare(world, impact)
    told, noted = NOW + timedelta(hours=told_after), NOW + timedelta(hours=noted_after)
    engine.mark_breached(now=noted)

    authority.note_told(incident, at=told, reference="DP-7", by=world.dora, now=noted)

    clock = clock_of(incident)
    assert clock.met_at == told
    assert (clock.breached_at is not None) is is_breached
    assert incident.timeline.get(kind="authority_told").params["reference"] == "DP-7"


def test_the_countdown_outlives_the_end_of_the_incident(world: World, impact: ImpactClass) -> None:
    incident = declare(world, impact)
    lifecycle.resolve(incident, by=world.alice, at=minutes(5), now=minutes(5))

    authority.note_told(incident, at=minutes(9), reference="1", by=world.dora, now=minutes(9))

    assert clock_of(incident).met_at == minutes(9)


def test_only_who_looks_after_it_says_that_nobody_must_be_told(
    world: World, impact: ImpactClass
) -> None:
    incident = declare(world, impact)

    with pytest.raises(Refused, match="looks after the law"):
        authority.note_needless(incident, because="no data", by=world.alice, now=minutes(1))
    authority.note_needless(incident, because="no data left us", by=world.dora, now=minutes(1))

    assert clock_of(incident).stopped_at == minutes(1)
    with pytest.raises(Refused, match="No countdown runs"):
        authority.note_needless(incident, because="again", by=world.dora, now=minutes(2))


def test_the_root_cause_has_a_clock_that_begins_at_the_end(world: World) -> None:
    ResponseTarget.objects.create(promise=Promise.ROOT_CAUSE, severity=1, amount=60)
    incident = declare(world)
    lifecycle.resolve(incident, by=world.alice, at=minutes(5), now=minutes(5))
    clock = incident.clocks.get(promise=Promise.ROOT_CAUSE)

    causes.note(incident, text="No test pays.", by=world.alice, now=minutes(9))
    causes.note(incident, text="No test pays.", by=world.alice, now=minutes(10))
    causes.note(incident, text="No test pays with cards.", by=world.bob, now=minutes(11))

    clock.refresh_from_db()
    incident.refresh_from_db()
    assert (clock.started_at, clock.met_at) == (minutes(5), minutes(9))
    assert (incident.cause_known_at, incident.cause_known_by) == (minutes(9), world.alice)
    assert incident.timeline.filter(kind="cause_known").count() == 2


def test_a_cause_that_is_known_before_needs_no_clock(world: World) -> None:
    ResponseTarget.objects.create(promise=Promise.ROOT_CAUSE, severity=1, amount=60)
    incident = declare(world)
    causes.note(incident, text="No test pays.", by=world.alice, now=minutes(2))

    lifecycle.resolve(incident, by=world.alice, at=minutes(5), now=minutes(5))

    assert not incident.clocks.filter(promise=Promise.ROOT_CAUSE).exists()


def test_what_comes_with_muster_keeps_what_the_company_has(world: World) -> None:
    roles.load(renew=False)
    own = DecisionKind.objects.create(name="tell customers", slug="tell-customers")
    kept = ResponseTarget.objects.count()

    first = (shipped.load_decisions(), shipped.load_targets())
    again = (shipped.load_decisions(), shipped.load_targets())

    assert first[0] >= 6
    assert first[1] > 0
    assert again == (0, 0)
    assert not DecisionRight.objects.filter(decision=own).exists()
    assert ResponseTarget.objects.count() == kept + first[1]
    right = DecisionRight.objects.get(
        decision__slug="pay-for-emergency-help", role__slug="incident-commander"
    )
    assert right.approver is not None
    assert right.approver.slug == "executive-sponsor"


@pytest.mark.parametrize("command", ["decisions", "targets"])
def test_the_commands_say_what_they_did(world: World, command: str, capsys) -> None:
    call_command(command)
    call_command(command)

    said = capsys.readouterr().out
    assert "in the admin" in said
    assert "Every one is there already." in said


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_pages_of_the_fast_path(world: World, impact: ImpactClass) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    ref, client, keeper = incident.reference, browser(world.alice), browser(world.dora)

    page = client.get(f"/incidents/{ref}/restrict/").content.decode()
    closed = client.post(f"/incidents/{ref}/restrict/", {"impact": impact.pk}, follow=True)
    empty = client.post(f"/incidents/{ref}/restrict/", {})
    ask = keeper.get(f"/incidents/{ref}/authority/").content.decode()
    wrong = keeper.post(f"/incidents/{ref}/authority/", {"said": "told"})
    noted = keeper.post(
        f"/incidents/{ref}/authority/", {"said": "needless", "because": "No data"}, follow=True
    )

    assert "within 72 hours" in page
    assert "Closed. We call Dora Example now." in closed.content.decode()
    assert empty.status_code == 422
    assert "Was the data protection authority told?" in ask
    assert wrong.status_code == 422
    assert "Noted. The countdown has ended." in noted.content.decode()


def test_only_a_kind_that_asks_for_it_closes_an_incident(world: World, impact: ImpactClass) -> None:
    slow = ImpactClass.objects.create(name="Performance", slug="slow", description="It is slow.")
    incident = declare(world)
    address, client = f"/incidents/{incident.reference}/restrict/", browser(world.alice)

    forged = client.post(address, {"impact": slow.pk})
    client.post(address, {"impact": impact.pk})
    again = client.get(address).content.decode()

    assert forged.status_code == 422
    incident.refresh_from_db()
    assert incident.impact == impact
    assert "is closed already" in again
    assert 'id="confirm"' not in again


def test_the_page_of_the_cause(world: World) -> None:
    url = f"/incidents/{declare(world).reference}/cause/"
    client = browser(world.alice)

    empty = client.post(url, {"cause": ""})
    done = client.post(url, {"cause": "No test pays."}, follow=True)
    stranger = browser(world.frank).get(url)

    assert empty.status_code == 422
    assert "The cause is written down." in done.content.decode()
    assert "Only the people we called" in stranger.content.decode()
