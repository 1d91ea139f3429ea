"""The contact matrix from a file: every mistake at once, all or nothing, readable history."""

from datetime import timedelta

import pytest

from config.portal.refusals import Refused
from rosters.enums import ImportState, ImportSubject
from rosters.models import ImportRun, MatrixEntry, Person, Service, StakeholderRole
from rosters.models.history import MatrixEntryEvent
from rosters.operations.imports import runs
from tests.factories import make_role
from tests.rosters.operations.imports.conftest import Send
from tests.rosters.operations.imports.said import kept, said
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db

MATRIX = ImportSubject.MATRIX
HEADINGS = ["Service", "Role", "Person", "Backup"]


def cells() -> list[tuple[object, ...]]:
    rows = MatrixEntry.objects.order_by("pk")
    return list(rows.values_list("pk", "person", "backup", "roster", "valid_from", "valid_to"))


def three_hundred(world: World) -> list[list[str]]:
    """A hundred services by three roles, all new."""
    roles = [make_role() for _ in range(3)]
    services = Service.objects.bulk_create(
        Service(name=f"Shop {n:03}", slug=f"shop-{n}", owner_team=world.team) for n in range(100)
    )
    return [
        [service.name, role.name, "alice@example.org", "Bob Example"]
        for service in services
        for role in roles
    ]


def test_twelve_wrong_rows_are_all_named_and_nothing_changes(world: World, send: Send) -> None:
    rows = three_hundred(world)
    wrong = range(5, 300, 25)
    for place, number in enumerate(wrong):
        rows[number][place % 4] = "Alise Example"
    before = cells()

    run = send(MATRIX, [HEADINGS, *rows])

    assert run.state == ImportState.REFUSED
    assert [one["row"] for one in run.mistakes] == [number + 2 for number in wrong]
    assert {one["column"] for one in run.mistakes} == set(HEADINGS)
    assert cells() == before
    texts = [one["text"] for one in run.mistakes]
    assert "Nobody here is called “Alise Example”. Did you mean Alice Example?" in texts


def test_the_mended_file_applies_at_once_with_one_entry_in_the_history_for_each_cell(
    world: World, send: Send, grace: Person
) -> None:
    run = send(MATRIX, [HEADINGS, *three_hundred(world)])
    before = MatrixEntryEvent.objects.count()

    run = runs.apply(run, by=grace, reason="New teams since Monday", now=NOW)

    assert run.state == ImportState.APPLIED
    assert bytes(run.content) == b""
    events = kept(MatrixEntryEvent)[before:]
    assert len(events) == 300
    assert len({one.pgh_obj_id for one in events}) == 300
    assert {one.pgh_context["reason"] for one in events} == {"New teams since Monday"}
    assert {one.pgh_context["user"] for one in events} == {grace.pk}


def test_a_big_one_is_applied_by_the_sweep(
    world: World, send: Send, grace: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "SMALL_CHANGES", 10)
    run = runs.apply(
        send(MATRIX, [HEADINGS, *three_hundred(world)]), by=grace, reason="Why not", now=NOW
    )
    assert run.state == ImportState.APPLYING

    assert runs.sweep(clock=lambda: NOW) == 1
    assert runs.sweep(clock=lambda: NOW) == 0

    run.refresh_from_db()
    assert run.state == ImportState.APPLIED
    assert MatrixEntry.objects.filter(person=world.alice).count() == 300


@pytest.fixture
def owner(world: World) -> StakeholderRole:
    role = StakeholderRole.objects.create(name="product owner", slug="po")
    MatrixEntry.objects.create(
        role=role, service=world.service, person=world.alice, backup=world.bob
    )
    return role


@pytest.mark.parametrize(
    ("row", "words"),
    [
        pytest.param(
            ["Payments", "product owner", "Erin Example", ""],
            "Payments, product owner: From Alice Example to Erin Example, backup Bob Example.",
            id="person",
        ),
        pytest.param(
            ["payments", "Product Owner", "", "erin@example.org"],
            "Payments, product owner: Backup from Bob Example to Erin Example.",
            id="backup",
        ),
        pytest.param(
            ["Payments", "incident commander", "Erin Example", "Bob Example"],
            "Payments, incident commander: Erin Example is named, backup Bob Example.",
            id="new",
        ),
        pytest.param(
            ["the whole company", "incident commander", "Erin Example", "Carol Example"],
            "The whole company, incident commander: From Carol Example to Erin Example,"
            " backup from Dora Example to Carol Example.",
            id="company",
        ),
    ],
)
def test_the_difference_is_said_in_words(
    world: World, owner: StakeholderRole, send: Send, row: list[str], words: str
) -> None:
    run = send(MATRIX, [HEADINGS, row])

    assert run.mistakes == []
    assert said(run) == [words]


def test_an_empty_cell_blanks_nothing(world: World, owner: StakeholderRole, send: Send) -> None:
    run = send(MATRIX, [HEADINGS, ["Payments", "product owner", "", ""]])

    assert (run.state, run.differences, run.unchanged) == (ImportState.CHECKED, [], 1)


@pytest.mark.parametrize(
    ("rows", "column", "text"),
    [
        pytest.param(
            [["Payment", "product owner", "Bob Example", ""]],
            "Service",
            "No service is called “Payment”. Did you mean Payments?",
            id="service",
        ),
        pytest.param(
            [["", "product owner", "Bob Example", ""]],
            "Service",
            "Is empty, and so is the team. Write one of them, or “The whole company”.",
            id="about nothing",
        ),
        pytest.param(
            [["Payments", "", "Bob Example", ""]],
            "Role",
            "Is empty. Write the part somebody plays, such as product owner.",
            id="no role",
        ),
        pytest.param(
            [["Payments", "product owner", "", "Alice Example"]],
            "Backup",
            "Choose another backup. One person cannot be both.",
            id="both",
        ),
        pytest.param(
            [["Payments", "incident commander", "", "Alice Example"]],
            "Person",
            "Name a person first, then the backup.",
            id="backup alone",
        ),
        pytest.param(
            [["Payments", "product owner", "nobody@example.org", ""]],
            "Person",
            "Nobody here has the address “nobody@example.org”. Add them first.",
            id="address",
        ),
        pytest.param(
            [
                ["Payments", "product owner", "Bob Example", "Erin Example"],
                ["PAYMENTS", "product owner", "Carol Example", "Erin Example"],
            ],
            "Role",
            "Row 2 is about the same cell. Keep one of the two rows.",
            id="twice",
        ),
    ],
)
def test_a_mistake_says_what_to_do(
    world: World, owner: StakeholderRole, send: Send, rows: list[list[str]], column: str, text: str
) -> None:
    run = send(MATRIX, [HEADINGS, *rows])

    assert [(one["column"], one["text"]) for one in run.mistakes] == [(column, text)]


def test_two_people_of_one_name_are_told_apart_by_their_address(
    world: World, owner: StakeholderRole, send: Send
) -> None:
    make_person("Erin2")
    Person.objects.filter(short_name="Erin2").update(full_name="Erin Example")

    run = send(MATRIX, [HEADINGS, ["Payments", "product owner", "Erin Example", ""]])

    text = "2 people are called Erin Example. Write the e-mail address instead."
    assert [one["text"] for one in run.mistakes] == [text]


def test_somebody_who_left_is_not_named_anew(
    world: World, owner: StakeholderRole, send: Send
) -> None:
    Person.objects.filter(pk=world.erin.pk).update(left_at=NOW - timedelta(days=1))

    run = send(MATRIX, [HEADINGS, ["Payments", "product owner", "Erin Example", ""]])

    assert [one["text"] for one in run.mistakes] == ["Erin Example has left. Choose somebody else."]


def test_severity_hours_and_days_make_another_cell(
    world: World, owner: StakeholderRole, send: Send, grace: Person
) -> None:
    headings = ["Service", "Role", "Person", "Severity", "Valid from", "Valid until"]
    row = [
        "Payments",
        "product owner",
        "Erin Example",
        "SEV2 and worse",
        "2026-12-01",
        "31.12.2026",
    ]

    run = send(MATRIX, [headings, row])

    (text,) = said(run)
    assert text == (
        "Payments, product owner, SEV2 and worse: Erin Example is named."
        " It ends on Wed 30 Dec, 23:00. It begins on Mon 30 Nov, 23:00."
    )
    runs.apply(run, by=grace, reason="December", now=NOW)
    entry = MatrixEntry.objects.latest("pk")
    assert (entry.severity, entry.and_worse, entry.person) == (2, True, world.erin)


def test_what_changed_meanwhile_is_shown_before_anything_is_written(
    world: World, owner: StakeholderRole, send: Send, grace: Person
) -> None:
    rows = [
        ["Payments", "product owner", "Erin Example", ""],
        ["Payments", "incident commander", "Erin Example", ""],
    ]
    run = send(MATRIX, [HEADINGS, *rows])
    MatrixEntry.objects.filter(role=owner).update(person=world.carol)

    run = runs.apply(run, by=grace, reason="New owner", now=NOW)

    assert run.state == ImportState.CHECKED
    assert [one["fresh"] for one in run.differences] == [True, False]
    assert MatrixEntry.objects.get(role=owner).person == world.carol
    assert runs.apply(run, by=grace, reason="New owner", now=NOW).state == ImportState.APPLIED
    assert MatrixEntry.objects.get(role=owner).person == world.erin


def test_what_somebody_did_meanwhile_is_not_done_twice(
    world: World, owner: StakeholderRole, send: Send, grace: Person
) -> None:
    run = send(MATRIX, [HEADINGS, ["Payments", "product owner", "Erin Example", ""]])
    MatrixEntry.objects.filter(role=owner).update(person=world.erin)
    before = MatrixEntryEvent.objects.count()

    assert runs.apply(run, by=grace, reason="New owner", now=NOW).state == ImportState.APPLIED
    assert MatrixEntryEvent.objects.count() == before


def test_applying_twice_changes_nothing(
    world: World, owner: StakeholderRole, send: Send, grace: Person
) -> None:
    run = send(MATRIX, [HEADINGS, ["Payments", "product owner", "Erin Example", ""]])
    done = runs.apply(run, by=grace, reason="New owner", now=NOW)
    before = MatrixEntryEvent.objects.count()

    with pytest.raises(Refused, match="applied already"):
        runs.apply(done, by=grace, reason="New owner", now=NOW)
    with pytest.raises(Refused, match="faster"):
        runs.apply(run, by=grace, reason="New owner", now=NOW)
    assert runs.carry_out(run, now=NOW).state == ImportState.APPLIED
    assert MatrixEntryEvent.objects.count() == before


def test_a_worker_that_stopped_loses_only_its_time(
    world: World, owner: StakeholderRole, send: Send, grace: Person
) -> None:
    run = send(MATRIX, [HEADINGS, ["Payments", "product owner", "Erin Example", ""]])
    ImportRun.objects.filter(pk=run.pk).update(
        state=ImportState.APPLYING, reason="New owner", lease_until=NOW + timedelta(seconds=60)
    )

    assert runs.sweep(clock=lambda: NOW) == 0
    assert runs.sweep(clock=lambda: NOW + timedelta(seconds=61)) == 1

    assert MatrixEntry.objects.get(role=owner).person == world.erin


def test_an_empty_reason_is_none(
    world: World, owner: StakeholderRole, send: Send, grace: Person
) -> None:
    run = send(MATRIX, [HEADINGS, ["Payments", "product owner", "Erin Example", ""]])

    with pytest.raises(Refused, match="Say in one line why"):
        runs.apply(run, by=grace, reason=" \u200b ", now=NOW)


def test_only_who_may_change_the_matrix_sends_one(world: World, send: Send) -> None:
    with pytest.raises(Refused, match="may not"):
        send(MATRIX, [HEADINGS, ["Payments", "product owner", "Erin Example", ""]], by=world.erin)


def test_a_withdrawn_file_is_gone(
    world: World, owner: StakeholderRole, send: Send, grace: Person
) -> None:
    run = send(MATRIX, [HEADINGS, ["Payments", "product owner", "Erin Example", ""]])

    run = runs.withdraw(run, by=grace, now=NOW)

    assert (run.state, bytes(run.content)) == (ImportState.WITHDRAWN, b"")
    with pytest.raises(Refused):
        runs.apply(run, by=grace, reason="Too late", now=NOW)


def test_a_list_for_reading_changes_nothing_when_it_comes_back(
    world: World, owner: StakeholderRole, send: Send
) -> None:
    headings = ["Service", "Team", "Role", "Person", "Backup", "Roster", "Inherited from"]
    rows = [
        ["Payments", "Payments", "product owner", "Alice Example", "Bob Example", "", ""],
        [
            "Payments",
            "Payments",
            "incident commander",
            "Carol Example",
            "Dora Example",
            "",
            "company",
        ],
    ]

    run = send(MATRIX, [headings, *rows])

    assert (run.mistakes, run.differences, run.unchanged) == ([], [], 2)


def test_of_two_with_one_name_who_leaves_later_still_counts(world: World, send: Send) -> None:
    other = make_person("Erin2")
    row = [world.service.name, world.commander.name, "Erin Example", ""]
    Person.objects.filter(pk=other.pk).update(
        full_name="Erin Example", left_at=NOW + timedelta(days=3)
    )
    later = send(MATRIX, [HEADINGS, row])
    Person.objects.filter(pk=other.pk).update(left_at=NOW)
    gone = send(MATRIX, [HEADINGS, row])

    assert "2 people are called Erin Example." in later.mistakes[0]["text"]
    assert gone.state == ImportState.CHECKED
