"""The one resolver: whom a roster, a role, a person or a team means at one instant."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rosters.logic.directory import (
    Candidate,
    Contact,
    Directory,
    MemberSpec,
    PersonSpec,
)
from rosters.logic.matrix import CellSpec
from rosters.logic.rotation import LayerSpec, RosterSpec
from rosters.logic.shifts import RotationSpec
from tests.world import at

NOW = at("2026-11-20 12:00")
TODAY = (at("2026-11-20 00:00"), at("2026-11-21 00:00"))
ADA, BEN, CY, DEE = 1, 2, 3, 4
NAMES = {ADA: "Ada", BEN: "Ben", CY: "Cy", DEE: "Dee"}
PAYMENTS, CHECKOUT, TEAM, ROSTER, LEAD = 10, 11, 20, 30, 40
PHONE = Contact(100, "phone")


def person(
    person_id: int,
    *,
    away: bool = False,
    left_at: datetime | None = None,
    contacts: dict[str, tuple[Contact, ...]] | None = None,
) -> PersonSpec:
    name = NAMES[person_id]
    return PersonSpec(
        person_id,
        f"{name} Example",
        name,
        "Europe/Berlin",
        {"urgent": (PHONE,)} if contacts is None else contacts,
        left_at,
        (TODAY,) if away else (),
    )


def level(priority: int, *people: int) -> LayerSpec:
    starts_at = datetime.fromisoformat("2026-01-05 09:00")
    return LayerSpec(priority, tuple(RotationSpec(starts_at, "week", 1, (one,)) for one in people))


def directory(
    *changed: PersonSpec,
    layers: tuple[LayerSpec, ...] = (level(1, ADA), level(2, ADA, BEN), level(3, CY)),
    cells: tuple[CellSpec, ...] = (),
) -> Directory:
    people = {one: person(one) for one in NAMES} | {one.person_id: one for one in changed}
    return Directory(
        people=people,
        rosters={ROSTER: RosterSpec(ZoneInfo("Europe/Berlin"), layers)},
        roster_names={ROSTER: "Payments on call"},
        role_names={LEAD: "engineering lead"},
        team_names={TEAM: "Payments"},
        service_names={PAYMENTS: "Payments", CHECKOUT: "Checkout"},
        cells=cells,
        members={TEAM: (MemberSpec(ADA, is_lead=True), MemberSpec(BEN), MemberSpec(CY))},
    )


def told(candidates: tuple[Candidate, ...]) -> list[tuple[int, str]]:
    return [(one.person_id, one.reason) for one in candidates]


FIRST, BACKUP = "on call for Payments", "backup for Payments"


@pytest.mark.parametrize(
    ("choose", "changed", "expected"),
    [
        pytest.param("on_call", (), [(ADA, FIRST)], id="first level"),
        pytest.param("backup", (), [(BEN, BACKUP)], id="backup is somebody else"),
        pytest.param("all", (), [(ADA, FIRST), (BEN, BACKUP), (CY, BACKUP)], id="everybody once"),
        pytest.param("on_call", (person(ADA, away=True),), [(BEN, FIRST)], id="away: next level"),
        pytest.param("backup", (person(ADA, away=True),), [(CY, BACKUP)], id="away: its backup"),
        pytest.param("on_call", (person(ADA, left_at=NOW),), [(BEN, FIRST)], id="left just now"),
        pytest.param(
            "on_call",
            (person(ADA, left_at=NOW + timedelta(seconds=1)),),
            [(ADA, FIRST)],
            id="leaves in a second",
        ),
        pytest.param("on_call", (person(ADA, contacts={}),), [(BEN, FIRST)], id="cannot be told"),
        pytest.param(
            "on_call",
            (person(ADA, away=True), person(BEN, away=True), person(CY, contacts={})),
            [],
            id="nobody",
        ),
    ],
)
def test_a_roster_means_whoever_can_be_told(
    choose: str, changed: tuple[PersonSpec, ...], expected: list[tuple[int, str]]
) -> None:
    found = directory(*changed).on_call(ROSTER, at=NOW, choose=choose, about="Payments")

    assert told(found) == expected


def test_a_roster_without_a_subject_speaks_for_itself() -> None:
    found = directory().on_call(ROSTER, at=NOW)

    assert told(found) == [(ADA, "on call for Payments on call")]


def test_an_unknown_roster_means_nobody() -> None:
    assert directory().on_call(999, at=NOW) == ()
    assert directory().until(999, at=NOW, within=timedelta(days=1)) is None


def test_until_is_when_other_people_are_on_call() -> None:
    found = directory(person(ADA, away=True))

    assert found.until(ROSTER, at=NOW, within=timedelta(days=7)) == TODAY[1]
    assert found.until(ROSTER, at=NOW, within=timedelta(hours=1)) is None


def test_scheduled_ignores_absences() -> None:
    assert directory(person(ADA, away=True)).scheduled(ROSTER, at=NOW)[0] == (ADA,)


def cell(who: int | None, backup: int | None = None, **where: object) -> CellSpec:
    return CellSpec(LEAD, person_id=who, backup_id=backup, **where)  # type: ignore[arg-type]


def ask(
    found: Directory,
    *,
    service: int | None = PAYMENTS,
    team: int | None = TEAM,
    severity: int = 1,
    choose: str = "on_call",
) -> list[tuple[int, str]]:
    return told(
        found.for_role(
            LEAD, service_id=service, team_id=team, severity=severity, at=NOW, choose=choose
        )
    )


MATRIX = (
    cell(ADA),
    cell(BEN, team_id=TEAM),
    cell(CY, service_id=PAYMENTS),
    cell(DEE, service_id=PAYMENTS, severity=1),
)


@pytest.mark.parametrize(
    ("service", "team", "severity", "expected"),
    [
        pytest.param(PAYMENTS, TEAM, 1, (DEE, "Payments"), id="service and severity"),
        pytest.param(PAYMENTS, TEAM, 2, (CY, "Payments"), id="service"),
        pytest.param(CHECKOUT, TEAM, 1, (BEN, "Payments"), id="team"),
        pytest.param(CHECKOUT, None, 1, (ADA, ""), id="company"),
        pytest.param(None, None, 1, (ADA, ""), id="no service at all"),
    ],
)
def test_the_most_specific_cell_answers(
    service: int | None, team: int | None, severity: int, expected: tuple[int, str]
) -> None:
    who, about = expected
    reason = f"the engineering lead for {about}" if about else "the engineering lead"

    found = ask(directory(cells=MATRIX), service=service, team=team, severity=severity)

    assert found == [(who, reason)]


@pytest.mark.parametrize(
    ("specific", "general"),
    [
        pytest.param({"service_id": PAYMENTS}, {"team_id": TEAM, "severity": 1}, id="over team"),
        pytest.param({"team_id": TEAM, "severity": 1}, {"team_id": TEAM}, id="severity of a team"),
        pytest.param({"team_id": TEAM}, {"severity": 1}, id="team over the company's severity"),
        pytest.param({"severity": 1}, {}, id="severity of the company"),
    ],
)
def test_the_order_of_cells(specific: dict[str, int], general: dict[str, int]) -> None:
    found = directory(cells=(cell(ADA, **general), cell(BEN, **specific)))

    assert [who for who, _ in ask(found)] == [BEN]


LEADING = "the engineering lead for Payments"


@pytest.mark.parametrize(
    ("choose", "away", "expected"),
    [
        pytest.param("on_call", (), [(ADA, LEADING)], id="the named person"),
        pytest.param("on_call", (ADA,), [(BEN, f"backup for {LEADING}")], id="the backup steps in"),
        pytest.param("on_call", (ADA, BEN), [(CY, "the engineering lead")], id="the wider cell"),
        pytest.param("backup", (), [(BEN, f"backup for {LEADING}")], id="the backup"),
        pytest.param("backup", (BEN,), [], id="the backup is away"),
        pytest.param("all", (), [(ADA, LEADING), (BEN, f"backup for {LEADING}")], id="both"),
        pytest.param("all", (ADA, BEN, CY), [], id="nobody"),
    ],
)
def test_a_named_person_and_their_backup(
    choose: str, away: tuple[int, ...], expected: list[tuple[int, str]]
) -> None:
    cells = (cell(ADA, BEN, service_id=PAYMENTS), cell(CY))
    found = directory(*(person(one, away=True) for one in away), cells=cells)

    assert ask(found, choose=choose) == expected


@pytest.mark.parametrize(
    ("choose", "expected"),
    [
        pytest.param("on_call", [(ADA, LEADING)], id="on call"),
        pytest.param("backup", [(BEN, f"backup for {LEADING}")], id="backup"),
        pytest.param(
            "all",
            [(ADA, LEADING), (BEN, f"backup for {LEADING}"), (CY, f"backup for {LEADING}")],
            id="everybody",
        ),
    ],
)
def test_a_cell_may_be_a_roster(choose: str, expected: list[tuple[int, str]]) -> None:
    cells = (CellSpec(LEAD, service_id=PAYMENTS, roster_id=ROSTER),)

    assert ask(directory(cells=cells), choose=choose) == expected


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "holds"),
    [
        pytest.param(None, None, True, id="always"),
        pytest.param(NOW, None, True, id="from now"),
        pytest.param(NOW + timedelta(seconds=1), None, False, id="not yet"),
        pytest.param(None, NOW, False, id="until now"),
        pytest.param(None, NOW + timedelta(seconds=1), True, id="a second longer"),
    ],
)
def test_a_cell_holds_from_and_to(
    valid_from: datetime | None, valid_to: datetime | None, holds: bool
) -> None:
    found = directory(cells=(cell(ADA, valid_from=valid_from, valid_to=valid_to),))

    assert bool(ask(found)) is holds


@pytest.mark.parametrize(
    ("choose", "away", "expected"),
    [
        pytest.param("on_call", (), [(ADA, "lead of Payments")], id="the lead"),
        pytest.param(
            "on_call",
            (ADA,),
            [(BEN, "in the Payments team"), (CY, "in the Payments team")],
            id="without a lead everybody",
        ),
        pytest.param(
            "backup", (), [(BEN, "in the Payments team"), (CY, "in the Payments team")], id="others"
        ),
        pytest.param(
            "all",
            (CY,),
            [(ADA, "lead of Payments"), (BEN, "in the Payments team")],
            id="everybody who is there",
        ),
        pytest.param("all", (ADA, BEN, CY), [], id="nobody"),
    ],
)
def test_a_team_means_its_leads(
    choose: str, away: tuple[int, ...], expected: list[tuple[int, str]]
) -> None:
    found = directory(*(person(one, away=True) for one in away))

    assert told(found.for_team(TEAM, at=NOW, choose=choose)) == expected


def test_a_named_person_who_is_away_is_nobody() -> None:
    found = directory(person(BEN, away=True))

    assert [one.person_id for one in found.for_person(ADA, at=NOW)] == [ADA]
    assert found.for_person(BEN, at=NOW) == ()


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        pytest.param(person(ADA), None, id="reachable"),
        pytest.param(person(ADA, left_at=NOW), "has left the company", id="left"),
        pytest.param(person(ADA, away=True), "is away", id="away"),
        pytest.param(
            person(ADA, contacts={"urgent": ()}),
            "has no phone number or address that we can use",
            id="no address",
        ),
    ],
)
def test_why_not_reachable(who: PersonSpec, reason: str | None) -> None:
    assert directory(who).why_not_reachable(ADA, at=NOW) == reason


def test_why_not_reachable_of_a_stranger() -> None:
    assert directory().why_not_reachable(999, at=NOW) == "is not known to us"


SMS, MAIL = Contact(101, "sms", timedelta(minutes=2)), Contact(102, "email")


@pytest.mark.parametrize(
    ("contacts", "urgency", "expected"),
    [
        pytest.param({"urgent": (PHONE, SMS), "normal": (MAIL,)}, "urgent", (PHONE, SMS), id="own"),
        pytest.param({"urgent": (PHONE,), "normal": ()}, "normal", (PHONE,), id="the other's"),
        pytest.param({"normal": (MAIL,)}, "urgent", (MAIL,), id="the other's, too"),
        pytest.param({"any": (MAIL, PHONE)}, "urgent", (PHONE, MAIL), id="all, the loudest first"),
        pytest.param({"any": (PHONE, MAIL)}, "normal", (MAIL,), id="what can wait: the quietest"),
        pytest.param({}, "urgent", (), id="none"),
    ],
)
def test_contacts_follow_the_rules_and_fall_back(
    contacts: dict[str, tuple[Contact, ...]], urgency: str, expected: tuple[Contact, ...]
) -> None:
    found = directory(person(ADA, contacts=contacts))

    assert found.contacts(ADA, urgency=urgency) == expected
