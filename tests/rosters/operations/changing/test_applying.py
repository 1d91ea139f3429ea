"""Changing many cells at once: all or nothing, with a reason, never over somebody's work."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from config.portal.refusals import Refused
from rosters.logic.cells import Filling
from rosters.models import MatrixEntry, NamedHours, StakeholderRole, history
from rosters.operations import roles
from rosters.operations.changing import applying, replacing
from rosters.operations.changing.cells import ROSTER_IS_GONE, ROW_IS_GONE, CellChange, NotSaved
from tests.factories import make_person, make_role, make_roster, make_service, make_team
from tests.races import against_removal
from tests.world import NOW

pytestmark = pytest.mark.django_db
WHY = "Nils left."


def kept() -> QuerySet[Any]:
    """What the trail keeps of changes with this reason."""
    return QuerySet(history.MatrixEntryEvent).filter(pgh_context__reason=WHY)


def test_cells_are_filled_changed_and_emptied_in_one_go() -> None:
    by, ada, ben, role = make_person(), make_person(), make_person(), make_role()
    one, two, three = make_service(), make_service(), make_service()
    old = MatrixEntry.objects.create(
        role=role, service=two, person=ada, confirmed_at=NOW, confirmed_by=by
    )
    MatrixEntry.objects.create(role=role, service=three, person=ada)

    applying.apply_changes(
        [
            CellChange(role.pk, Filling(ada.pk, ben.pk), service_id=one.pk, expects=".."),
            CellChange(role.pk, Filling(ben.pk), service_id=two.pk, expects=f"{ada.pk}.."),
            CellChange(role.pk, Filling(), service_id=three.pk),
        ],
        by=by,
        now=NOW,
        reason=WHY,
    )

    rows = MatrixEntry.objects.order_by("service")
    assert [(row.service, row.person, row.backup) for row in rows] == [
        (one, ada, ben),
        (two, ben, None),
    ]
    old.refresh_from_db()
    assert old.confirmed_at is None
    assert sorted(kept().values_list("pgh_label", flat=True)) == ["delete", "insert", "update"]


def test_what_is_there_already_leaves_no_entry() -> None:
    by, ada, role, service = make_person(), make_person(), make_role(), make_service()
    row = MatrixEntry.objects.create(
        role=role, service=service, person=ada, confirmed_at=NOW, confirmed_by=by
    )

    applying.apply_changes(
        [CellChange(role.pk, Filling(ada.pk), service_id=service.pk)], by=by, now=NOW, reason=WHY
    )

    row.refresh_from_db()
    assert row.confirmed_at == NOW
    assert not kept().exists()


def test_a_cell_that_somebody_else_changed_is_shown_and_nothing_is_saved() -> None:
    by, ada, ben, role = make_person(), make_person(), make_person(), make_role()
    one, two = make_service(), make_service()
    MatrixEntry.objects.create(role=role, service=one, person=ben)
    stale = CellChange(role.pk, Filling(ada.pk), service_id=one.pk, expects="..")
    fine = CellChange(role.pk, Filling(ada.pk), service_id=two.pk, expects="..")

    with pytest.raises(NotSaved) as refused:
        applying.apply_changes([stale, fine], by=by, now=NOW, reason=WHY)

    assert [(one.change, one.theirs) for one in refused.value.troubles] == [
        (stale, Filling(ben.pk))
    ]
    assert MatrixEntry.objects.count() == 1


def test_every_wrong_change_is_named_at_once() -> None:
    by, ada, gone, role = make_person(), make_person(), make_person(), make_role()
    gone.left_at = NOW
    gone.save()
    places = [make_service().pk for _ in range(3)]
    changes = [
        CellChange(role.pk, Filling(gone.pk), service_id=places[0]),
        CellChange(role.pk, Filling(ada.pk, ada.pk), service_id=places[1]),
        CellChange(role.pk, Filling(ada.pk), service_id=places[2]),
        CellChange(role.pk, Filling(by.pk), service_id=places[2]),
    ]

    with pytest.raises(NotSaved) as refused:
        applying.apply_changes(changes, by=by, now=NOW, reason=WHY)

    found = {one.change: one.problems[0].field for one in refused.value.troubles}
    assert found == {changes[0]: "person", changes[1]: "backup", changes[3]: "valid_from"}
    assert not MatrixEntry.objects.exists()


@pytest.mark.parametrize("gone", ["role_id", "service_id", "team_id", "hours_id"])
def test_a_cell_of_what_is_gone_is_refused_in_words(gone: str) -> None:
    by, role = make_person(), make_role()
    place: dict[str, Any] = {"role_id": role.pk, gone: 987_654}
    change = CellChange(filling=Filling(by.pk), expects="7..", **place)

    with pytest.raises(NotSaved) as refused:
        applying.apply_changes([change], by=by, now=NOW, reason=WHY)

    [trouble] = refused.value.troubles
    assert (trouble.problems, trouble.theirs) == ((ROW_IS_GONE,), None)
    assert not MatrixEntry.objects.exists()


def test_emptying_a_cell_of_what_is_gone_changes_nothing() -> None:
    change = CellChange(make_role().pk, Filling(), service_id=987_654, expects="7..")

    assert applying.apply_changes([change], by=make_person(), now=NOW, reason=WHY) == []


@pytest.mark.parametrize("reason", ["", "  \n", "\u200b", "\u2060\u3164", "\x01"])
def test_without_a_reason_nothing_is_changed(reason: str) -> None:
    with pytest.raises(Refused, match="Say why"):
        applying.apply_changes([], by=make_person(), now=NOW, reason=reason)


def test_a_cell_after_one_that_is_over_begins_now() -> None:
    by, ada, role, team = make_person(), make_person(), make_role(), make_team()
    MatrixEntry.objects.create(role=role, team=team, person=by, valid_to=NOW - timedelta(days=1))

    made = applying.apply_changes(
        [CellChange(role.pk, Filling(ada.pk), team_id=team.pk)], by=by, now=NOW, reason=WHY
    )

    assert [row.valid_from for row in made] == [NOW]


def test_one_person_stands_in_everywhere_for_another() -> None:
    by, nils, ada, ben = (make_person() for _ in range(4))
    role = make_role()
    services = [make_service() for _ in range(4)]
    cells = [
        MatrixEntry.objects.create(role=role, service=services[0], person=nils, backup=ben),
        MatrixEntry.objects.create(role=role, service=services[1], person=ben, backup=nils),
        MatrixEntry.objects.create(role=role, service=services[2], person=nils, backup=ada),
        MatrixEntry.objects.create(role=role, service=services[3], person=ben),
    ]

    changed = replacing.replace_person(
        nils, ada, entry_ids=[cell.pk for cell in cells], by=by, now=NOW, reason=WHY
    )

    assert len(changed) == 3
    rows = MatrixEntry.objects.order_by("pk")
    assert [(row.person, row.backup) for row in rows] == [
        (ada, ben),
        (ben, ada),
        (ada, None),
        (ben, None),
    ]
    assert kept().count() == 3


@pytest.mark.parametrize("is_same", [True, False], ids=["the same", "left"])
def test_who_cannot_stand_in(is_same: bool) -> None:
    by, nils, ada = make_person(), make_person(), make_person()
    ada.left_at = NOW
    row = MatrixEntry.objects.create(role=make_role(), person=nils)

    with pytest.raises(Refused):
        replacing.replace_person(
            nils, nils if is_same else ada, entry_ids=[row.pk], by=by, now=NOW, reason=WHY
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ({}, {}, False),
        ({"severity": 1}, {"severity": 2, "and_worse": True}, False),
        ({"severity": 1}, {"severity": 2}, True),
        ({}, {"severity": 1}, True),
        ({"valid_to": NOW}, {"valid_from": NOW}, True),
    ],
)
def test_the_database_refuses_two_answers(
    one: dict[str, object], other: dict[str, object], may: bool
) -> None:
    role, ada = make_role(), make_person()
    MatrixEntry.objects.create(role=role, person=ada, **one)

    try:
        with transaction.atomic():
            MatrixEntry.objects.create(role=role, person=ada, **other)
        made = True
    except IntegrityError:
        made = False

    assert made is may


def test_hours_keep_cells_apart() -> None:
    role, roster = make_role(), make_roster([make_person()])
    hours = NamedHours.objects.create(name="nights", time_zone="Europe/Berlin")

    MatrixEntry.objects.create(role=role, roster=roster, hours=hours)
    MatrixEntry.objects.create(role=role, roster=roster)

    assert MatrixEntry.objects.count() == 2


def test_shipped_roles_are_put_beside_ours_and_ours_are_kept() -> None:
    ours = StakeholderRole.objects.create(
        name="incident commander", slug="ic", description="Our own words."
    )

    first, second = roles.load(renew=False), roles.load(renew=False)

    assert (first, second) == (len(roles.shipped()) - 1, 0)
    assert StakeholderRole.objects.get(pk=ours.pk).description == "Our own words."
    assert all(role.description and role.action_list for role in _shipped(ours))
    assert StakeholderRole.objects.count() >= 12


def _shipped(ours: StakeholderRole) -> list[StakeholderRole]:
    return list(StakeholderRole.objects.exclude(pk=ours.pk))


def test_a_roster_that_is_gone_is_refused_in_words() -> None:
    change = CellChange(make_role().pk, Filling(roster_id=987_654))

    with pytest.raises(NotSaved) as refused:
        applying.apply_changes([change], by=make_person(), now=NOW, reason=WHY)

    [trouble] = refused.value.troubles
    assert trouble.problems == (ROSTER_IS_GONE,)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("gone", ["service", "team", "role", "roster"])
def test_what_is_removed_while_it_is_written_is_refused_in_words(gone: str) -> None:
    by, role, spare = make_person(), make_role(), make_roster()
    service, team = make_service(), make_team()
    filling = Filling(roster_id=spare.pk) if gone == "roster" else Filling(by.pk)
    change = CellChange(
        role.pk,
        filling,
        service_id=service.pk if gone == "service" else None,
        team_id=team.pk if gone == "team" else None,
    )
    row = {"service": service, "team": team, "role": role, "roster": spare}[gone]

    refused = against_removal(
        row, act=lambda: applying.apply_changes([change], by=by, now=NOW, reason=WHY)
    )

    assert isinstance(refused, NotSaved)
    wanted = ROSTER_IS_GONE if gone == "roster" else ROW_IS_GONE
    assert refused.troubles[0].problems == (wanted,)
    assert not MatrixEntry.objects.exists()
