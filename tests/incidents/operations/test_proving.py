"""The proof over real rows: what it finds, what it proves again, what may be silenced."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.portal import clock, words
from config.portal.refusals import Refused
from incidents.enums import Choose, FindingKind, Promise, TargetKind
from incidents.models import (
    DecisionKind,
    DecisionRight,
    EscalationPolicy,
    EscalationStep,
    Finding,
    PolicyVersion,
    ResponseTarget,
    Route,
)
from incidents.operations import proving
from incidents.queries import findings
from incidents.queries import proving as reading
from rosters.enums import Channel
from rosters.models import (
    Absence,
    ContactPoint,
    ContactRule,
    MatrixEntry,
    Person,
    RotationMember,
    Service,
    Team,
)
from tests.world import NOW, World, at, make_roster, step

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BERLIN = "Europe/Berlin"


@pytest.fixture(autouse=True)
def good(world: World) -> None:
    """A company in which all is well: SEV4 has a promise too, and every number was tested."""
    ResponseTarget.objects.create(promise=Promise.ACKNOWLEDGE, severity=4, amount=5)
    ContactPoint.objects.update(verified_at=NOW - DAY, last_tested_at=NOW - DAY)


def found(kind: FindingKind, *, now: datetime = NOW) -> list[Finding]:
    proving.prove(now=now)
    return list(Finding.objects.filter(kind=kind, gone_at__isnull=True).order_by("severity", "pk"))


def said(*, now: datetime = NOW) -> list[str]:
    zone = at("2026-01-01 00:00").tzinfo
    assert zone is not None
    return [words.as_text(one.said, zone=zone, now=now) for one in findings.loud(now=now)]


def away(*people: Person, starts_at: datetime, ends_at: datetime) -> None:
    for person in people:
        Absence.objects.create(person=person, starts_at=starts_at, ends_at=ends_at)


def test_a_company_in_which_all_is_well_has_no_findings(world: World) -> None:
    proving.prove(now=NOW)

    assert said() == []


def test_nobody_for_six_hours_is_said_with_its_time(world: World) -> None:
    six = {"starts_at": at("2026-11-28 02:00"), "ends_at": at("2026-11-28 08:00")}
    away(world.alice, world.bob, world.carol, world.dora, **six)

    proving.prove(now=NOW)

    (nobody,) = Finding.objects.filter(kind=FindingKind.NOBODY, service=world.service)
    assert nobody.severities == [1, 2, 3, 4]
    assert (nobody.starts_at, nobody.minutes) == (six["starts_at"], 360)
    assert (
        "From Sat 28 Nov, 02:00 any incident on Payments would reach nobody for 6 hours." in said()
    )


def test_the_gap_is_to_the_minute_what_the_rosters_leave(world: World) -> None:
    away(world.alice, starts_at=at("2026-12-01 10:07"), ends_at=at("2026-12-01 12:00"))
    away(world.bob, starts_at=at("2026-12-01 09:00"), ends_at=at("2026-12-01 11:13"))
    MatrixEntry.objects.all().delete()

    (nobody,) = [one for one in found(FindingKind.NOBODY) if one.service_id]

    assert nobody.spans == [["2026-12-01T10:07:00+00:00", "2026-12-01T11:13:00+00:00"]]


def one_after_another(world: World) -> None:
    MatrixEntry.objects.filter(role=world.commander).update(person=world.bob, backup=None)


def both_on_leave(world: World) -> None:
    away(world.carol, world.dora, starts_at=NOW + 9 * DAY, ends_at=NOW + 12 * DAY)


def no_end(world: World) -> None:
    PolicyVersion.objects.update(catch_all_rounds=0)


def slow_phone(world: World) -> None:
    ContactRule.objects.filter(person=world.alice, urgency="urgent").update(delay_minutes=5)


def untested(world: World) -> None:
    ContactPoint.objects.filter(person=world.bob).update(last_tested_at=NOW - 120 * DAY)


def no_phone(world: World) -> None:
    ContactRule.objects.filter(person=world.bob).delete()
    ContactPoint.objects.filter(person=world.bob, channel=Channel.PHONE).delete()


def no_promise(world: World) -> None:
    ResponseTarget.objects.filter(promise=Promise.ACKNOWLEDGE, severity=4).delete()


def no_rule(world: World) -> None:
    Route.objects.update(severity=1)


def milder_wakes_more(world: World) -> None:
    policy = EscalationPolicy.objects.create(name="Loud", slug="loud")
    version = PolicyVersion.objects.create(
        policy=policy, number=1, rationale="x", published_at=NOW, published_by=world.carol
    )
    step(version, 1, 0, kind=TargetKind.ROSTER, roster=world.roster, choose=Choose.ALL)
    step(version, 2, 5, kind=TargetKind.PERSON, person=world.erin)
    step(version, 3, 10, kind=TargetKind.ROLE, role=world.commander)
    step(version, 4, 20, kind=TargetKind.PERSON, person=world.frank)
    Route.objects.create(policy=policy, severity=3)


def milder_is_sooner(world: World) -> None:
    EscalationStep.objects.filter(version=world.version, order=1).update(wait_minutes=3)
    policy = EscalationPolicy.objects.create(name="Quick", slug="quick")
    version = PolicyVersion.objects.create(
        policy=policy, number=1, rationale="x", published_at=NOW, published_by=world.carol
    )
    step(version, 1, 0, kind=TargetKind.ROSTER, roster=world.roster)
    step(version, 2, 5, kind=TargetKind.ROLE, role=world.commander)
    Route.objects.create(policy=policy, severity=4)


def agrees_with_themselves(world: World) -> None:
    kind = DecisionKind.objects.create(name="tell customers", slug="tell")
    DecisionRight.objects.create(
        role=world.commander, decision=kind, approver=world.director, within_minutes=5
    )
    MatrixEntry.objects.filter(role=world.director).update(person=world.carol)


def last_call_gone(world: World) -> None:
    away(world.carol, world.dora, starts_at=NOW + 2 * DAY, ends_at=NOW + 3 * DAY)


CASES: list[tuple[Callable[[World], None], FindingKind, str]] = [
    (
        one_after_another,
        FindingKind.SAME,
        "Call 2 and call 3 for any incident on Payments always go to Bob Example.",
    ),
    (
        both_on_leave,
        FindingKind.LEAVE,
        (
            "From Mon 30 Nov, 02:00 Carol Example and Dora Example are both away for 3 days. One is"
            " the backup of the other."
        ),
    ),
    (
        no_end,
        FindingKind.ENDS,
        "When the rounds for any incident on Payments are over, we call nobody any more.",
    ),
    (
        slow_phone,
        FindingKind.DELAY,
        (
            "Alice Example is called for any incident on Payments. The phone rings 5 minutes later,"
            " and by then we call the next person."
        ),
    ),
    (
        untested,
        FindingKind.NUMBER,
        (
            "Bob Example is called for any incident on Payments. The number was last tested more"
            " than 90 days ago."
        ),
    ),
    (
        no_phone,
        FindingKind.NUMBER,
        "Bob Example is called for any incident on Payments. We have no phone number of theirs.",
    ),
    (
        no_promise,
        FindingKind.NO_RULE,
        "No rule holds for a small incident on Payments. We would call nobody.",
    ),
    (
        no_rule,
        FindingKind.NO_RULE,
        "No rule holds for a serious, minor or small incident on Payments. We would call nobody.",
    ),
    (
        milder_wakes_more,
        FindingKind.MILDER,
        "A minor incident on Payments would wake 5 people, and a worse one 3.",
    ),
    (
        milder_is_sooner,
        FindingKind.MILDER,
        "A small incident on Payments would wake somebody sooner than a worse one.",
    ),
    (
        agrees_with_themselves,
        FindingKind.APPROVER,
        (
            "Carol Example is the incident commander and the engineering director. To tell"
            " customers, nobody else would have to agree."
        ),
    ),
    (
        last_call_gone,
        FindingKind.LAST,
        (
            "From Mon 23 Nov, 01:45 the last call for any incident on Payments reaches nobody for"
            " 24 hours."
        ),
    ),
]


@pytest.mark.parametrize(("spoil", "kind", "sentence"), CASES, ids=[c[0].__name__ for c in CASES])
def test_each_thing_that_may_not_be_is_found_and_said(
    world: World, spoil: Callable[[World], None], kind: FindingKind, sentence: str
) -> None:
    spoil(world)

    assert found(kind)
    assert sentence in said()


def test_what_is_mended_is_gone_and_what_comes_again_is_new(world: World) -> None:
    untested(world)
    (first,) = [one for one in found(FindingKind.NUMBER) if one.service_id]
    ContactPoint.objects.update(last_tested_at=NOW)
    proving.prove(now=NOW + HOUR)

    first.refresh_from_db()
    assert first.gone_at == NOW + HOUR

    untested(world)
    (again,) = [one for one in found(FindingKind.NUMBER, now=NOW + 2 * HOUR) if one.service_id]
    assert again.pk != first.pk
    assert again.first_seen_at == NOW + 2 * HOUR


def other_service(world: World) -> Service:
    erin, frank = world.erin, world.frank
    team = Team.objects.create(name="Search", slug="search", time_zone=BERLIN)
    service = Service.objects.create(name="Search", slug="search", owner_team=team, tier=2)
    roster = make_roster("Search on call", [[erin], [frank]], now=NOW)
    policy = EscalationPolicy.objects.create(name="Search", slug="search")
    version = PolicyVersion.objects.create(
        policy=policy, number=1, rationale="x", published_at=NOW, published_by=world.carol
    )
    step(version, 1, 0, kind=TargetKind.ROSTER, roster=roster)
    step(version, 2, 5, kind=TargetKind.ROSTER, roster=roster, choose=Choose.BACKUP)
    Route.objects.create(policy=policy, service=service)
    return service


def test_only_what_a_change_touches_is_proved_again(world: World) -> None:
    other_service(world)

    assert proving.prove(now=NOW).proved == 3  # two services and the company
    assert proving.prove(now=NOW + HOUR).proved == 0

    away(world.erin, starts_at=NOW + 3 * DAY, ends_at=NOW + 4 * DAY)
    assert proving.prove(now=NOW + HOUR).proved == 1


def spoil_roster(world: World) -> None:
    RotationMember.objects.filter(person=world.alice).update(person=world.erin)


def spoil_matrix(world: World) -> None:
    MatrixEntry.objects.filter(role=world.commander).update(backup=world.erin)


def spoil_policy(world: World) -> None:
    EscalationStep.objects.filter(version=world.version, order=2).update(wait_minutes=7)


@pytest.mark.parametrize(
    "change", [both_on_leave, spoil_roster, spoil_matrix, spoil_policy, untested]
)
def test_the_sweep_finds_every_change_by_itself(
    world: World, change: Callable[[World], None]
) -> None:
    proving.sweep(runner="test", now=NOW)
    assert proving.sweep(runner="test", now=NOW).proved == 0

    change(world)

    assert proving.sweep(runner="test", now=NOW).proved > 0


def test_the_sweep_costs_two_small_queries_while_nothing_changes(world: World) -> None:
    proving.sweep(runner="test", now=NOW)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        proving.sweep(runner="test", now=NOW + HOUR)

    assert len(asked) == 2


def test_on_a_new_day_everything_is_proved_again(world: World) -> None:
    proving.sweep(runner="test", now=NOW)

    assert proving.sweep(runner="test", now=NOW + DAY).proved == 2


def test_loading_asks_as_often_for_many_services_as_for_few(world: World) -> None:
    with CaptureQueriesContext(connection) as few:
        reading.load(now=NOW)
    for number in range(12):
        Service.objects.create(
            name=f"More {number}", slug=f"more-{number}", owner_team=world.team, tier=2
        )

    with CaptureQueriesContext(connection) as many:
        reading.load(now=NOW)

    assert len(many) == len(few)


def test_a_silence_holds_until_its_end_and_not_once_it_is_worse(world: World) -> None:
    both_on_leave(world)
    (finding,) = [one for one in found(FindingKind.LEAVE) if one.service_id]

    proving.silence(finding, reason="Erin covers.", until=NOW + 5 * DAY, by=world.alice, now=NOW)

    quiet = findings.Asked(state="silenced")
    assert [one.row.pk for one in findings.found(quiet, now=NOW + DAY)] == [finding.pk]
    assert findings.found(quiet, now=NOW + 5 * DAY) == []
    Absence.objects.update(ends_at=NOW + 14 * DAY)
    proving.prove(now=NOW + DAY)
    assert findings.found(quiet, now=NOW + DAY) == []


@pytest.mark.parametrize(
    ("reason", "until", "why_not"),
    [
        (" ", NOW + DAY, "Say why"),
        ("Erin covers.", NOW, "still to come"),
        ("Erin covers.", NOW + 91 * DAY, "next 90 days"),
    ],
    ids=["no reason", "no end", "too long"],
)
def test_a_silence_needs_a_reason_and_an_end(
    world: World, reason: str, until: datetime, why_not: str
) -> None:
    both_on_leave(world)
    finding = found(FindingKind.LEAVE)[0]

    with pytest.raises(Refused, match=why_not):
        proving.silence(finding, reason=reason, until=until, by=world.alice, now=NOW)


def test_a_silence_that_is_ended_speaks_again(world: World) -> None:
    both_on_leave(world)
    finding = found(FindingKind.LEAVE)[0]
    proving.silence(finding, reason="So.", until=NOW + DAY, by=world.alice, now=NOW)

    assert proving.end_silence(finding, by=world.bob, now=NOW)
    assert not proving.end_silence(finding, by=world.bob, now=NOW)
    assert not findings.found(findings.Asked(state="silenced"), now=NOW)


def test_the_command_ends_with_one_where_something_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "act_now", lambda: NOW)
    out = StringIO()
    call_command("prove", stdout=out)
    assert "Every rule reaches somebody" in out.getvalue()

    no_end(world)
    with pytest.raises(CommandError) as stopped:
        call_command("prove", stdout=out)

    assert stopped.value.returncode == 1
    assert "Owner: Alice Example." in out.getvalue()
