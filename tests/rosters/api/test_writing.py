"""What programs change: people, services, and many cells of the matrix at once."""

from datetime import timedelta
from typing import Any

import pytest

from config.front.queries import audit
from config.portal import clock
from rosters.models import (
    MatrixEntry,
    NamedHours,
    Person,
    Service,
    ServiceDependency,
    StakeholderRole,
)
from tests.rosters.api.conftest import Program
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(world: World) -> StakeholderRole:
    return StakeholderRole.objects.create(name="product owner", slug="product-owner")


def told(kind: str, row: Any) -> list[str]:
    """The history of a thing, the newest first."""
    chief = Person.objects.filter(is_superuser=True)[0]
    trail = audit.Trail(chief, audit.Asked(kind=kind, row=row))
    return [one.sentence.msgid.format_map(one.sentence.params) for one in trail[:9]]


# --- People ---------------------------------------------------------------------------------------


def test_a_person_is_added_without_a_sign_in(world: World, keeper: Program) -> None:
    body = {
        "full_name": "Nora Lind",
        "short_name": "Nora",
        "time_zone": "Europe/Stockholm",
        "region": "SE",
        "email": "Nora.Lind@Example.org",
        "reason": "New supplier",
    }
    answer = keeper.ask("POST", "people", body)
    made = Person.objects.get(full_name="Nora Lind")

    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/people/{made.pk}"
    assert "email" not in answer.json()
    assert (made.email, made.may_sign_in, made.has_usable_password()) == (
        "nora.lind@example.org",
        False,
        False,
    )
    assert told("person", made.pk) == [
        "Keeper Example through HR sync added Nora Lind, because New supplier."
    ]


def test_a_second_of_the_same_name_says_where_the_first_is(world: World, keeper: Program) -> None:
    body = {"full_name": "alice example", "short_name": "Al"}
    refused = keeper.ask("POST", "people", body)
    namesake = keeper.ask("POST", "people", {**body, "is_namesake": True})

    assert refused.status_code == 409
    assert refused["Location"] == f"/api/v1/people/{world.alice.pk}"
    assert refused.json()["field"] == "full_name"
    assert namesake.status_code == 201


def test_an_address_belongs_to_one_person(world: World, keeper: Program) -> None:
    body = {"full_name": "Other", "short_name": "O", "email": "ALICE@example.org"}

    assert keeper.ask("POST", "people", body).json()["field"] == "email"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"region": "germany"}, "region"),
        ({"region": "Deutschland"}, "region"),
        ({"full_name": ""}, "full_name"),
        ({"full_name": "x" * 121}, "full_name"),
        ({"may_sign_in": True}, "may_sign_in"),
        ({"is_superuser": True}, "is_superuser"),
        ({"email": "other@example.org"}, "email"),
    ],
)
def test_what_cannot_be_said_of_a_person(
    world: World, keeper: Program, body: dict[str, Any], field: str
) -> None:
    before = Person.objects.values().get(pk=world.alice.pk)

    answer = keeper.ask("PATCH", f"people/{world.alice.pk}", body)

    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["field"] == field
    assert Person.objects.values().get(pk=world.alice.pk) == before


def test_a_person_is_changed_only_as_it_was_read(world: World, keeper: Program) -> None:
    path = f"people/{world.alice.pk}"
    read = Program(keeper.text).get(path)
    body = {"short_name": "Ally", "reason": "She says so"}

    done = keeper.ask("PATCH", path, body, If_Match=read["ETag"])
    late = keeper.ask("PATCH", path, {"short_name": "Lis"}, If_Match=read["ETag"])

    assert (done.status_code, done.json()["short_name"]) == (200, "Ally")
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert Person.objects.get(pk=world.alice.pk).short_name == "Ally"
    newest = told("person", world.alice.pk)[0]
    assert newest.startswith("Keeper Example through HR sync changed the short name of Alice")
    assert "She says so" in newest


# --- Services -------------------------------------------------------------------------------------


def test_a_service_is_added_and_changed(world: World, keeper: Program) -> None:
    body = {
        "slug": "ledger",
        "name": "Ledger",
        "owner_team": "payments",
        "tier": 3,
        "labels": ["pci"],
        "needs": ["payments"],
        "backup_owner": world.bob.pk,
        "customer_impact": "Nobody notices.",
    }
    made = keeper.ask("POST", "services", body)
    assert made.status_code == 201, made.content
    assert made.json()["needs"] == ["payments"]

    changed = keeper.ask(
        "PATCH", "services/ledger", {"needs": [], "backup_owner": None, "region": "DE"}
    )

    assert changed.status_code == 200, changed.content
    assert (changed.json()["needs"], changed.json()["backup_owner"]) == ([], None)
    service = Service.objects.get(slug="ledger")
    assert (service.region, service.tier, service.labels) == ("DE", 3, ["pci"])
    assert not ServiceDependency.objects.exists()
    assert "Keeper Example through HR sync" in told("service", service.pk)[0]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"owner_team": "nowhere"}, 422, "owner_team"),
        ({"needs": ["nowhere"]}, 422, "needs"),
        ({"needs": ["payments"]}, 422, "needs"),
        ({"backup_owner": 999999}, 422, "backup_owner"),
        ({"backup_owner": "1"}, 422, "backup_owner"),
        ({"tier": 4}, 422, "tier"),
        ({"tier": True}, 422, "tier"),
        ({"labels": "pci"}, 422, "labels"),
        ({"labels": ["x" * 41]}, 422, "labels"),
        ({"region": "XYZ"}, 422, "region"),
        ({"slug": "other"}, 422, "slug"),
        ({"owner_team": None}, 422, "owner_team"),
    ],
)
def test_what_cannot_be_said_of_a_service(
    world: World, keeper: Program, body: dict[str, Any], status: int, field: str
) -> None:
    before = Service.objects.values().get()

    answer = keeper.ask("PATCH", "services/payments", {"operating_hours": "Never", **body})

    assert answer.status_code == status, answer.content
    assert answer.json()["errors"][0]["field"].partition(".")[0] == field
    assert Service.objects.values().get() == before


def test_a_name_is_given_to_one_service(world: World, keeper: Program) -> None:
    body = {"slug": "other", "name": "PAYMENTS", "owner_team": "payments"}
    taken = keeper.ask("POST", "services", body)

    assert (taken.status_code, taken["Location"]) == (409, "/api/v1/services/payments")

    Service.objects.create(name="Ledger", slug="ledger", owner_team=world.team)
    renamed = keeper.ask("PATCH", "services/ledger", {"name": "Payments"})
    assert renamed.status_code == 422
    assert renamed.json()["field"] == "name"


# --- The matrix -----------------------------------------------------------------------------------


def put(keeper: Program, *cells: dict[str, Any], reason: str = "Jonas left") -> Any:
    return keeper.ask("PUT", "matrix/cells", {"reason": reason, "cells": list(cells)})


def place_of(cell: MatrixEntry) -> dict[str, Any]:
    """What a cell is for, as programs say it."""
    if cell.service:
        return {"service": cell.service.slug}
    return {"team": cell.team.slug} if cell.team else {"company": True}


def test_the_whole_company_is_meant_only_when_it_is_said(
    world: World, keeper: Program, owner: StakeholderRole
) -> None:
    cell = {"role": "product-owner", "person": world.alice.pk}

    silent = put(keeper, cell)
    both = put(keeper, cell | {"service": "payments", "company": True})
    assert (silent.status_code, both.status_code) == (422, 422)
    assert silent.json()["errors"] == [
        {
            "code": "not_valid",
            "message": "Name a “service” or a “team”, or send “company”: true for the whole"
            " company.",
            "field": "company",
            "index": 0,
        }
    ]
    assert not MatrixEntry.objects.filter(role=owner).exists()

    said = put(keeper, cell | {"company": True})

    assert said.status_code == 200, said.content
    entry = MatrixEntry.objects.get(role=owner)
    assert (entry.service, entry.team, entry.person) == (None, None, world.alice)


def test_who_has_not_read_a_cell_overwrites_nobody(
    world: World, keeper: Program, owner: StakeholderRole
) -> None:
    cell = {"role": "product-owner", "service": "payments"}
    assert put(keeper, cell | {"person": world.alice.pk}).status_code == 200

    blind = put(keeper, cell | {"person": world.bob.pk})
    emptied = put(keeper, cell | {"revision": None})

    was = f"{world.alice.pk}.."
    assert (blind.status_code, emptied.status_code) == (422, 422)
    assert blind.json()["errors"][0] == {
        "code": "revision_missing",
        "message": "Somebody is named here already: it names Alice Example now. To change that,"
        f" send “revision”: “{was}”.",
        "field": "revision",
        "index": 0,
    }
    assert MatrixEntry.objects.get(role=owner).person == world.alice

    assert put(keeper, cell | {"person": world.bob.pk, "revision": was}).status_code == 200
    assert MatrixEntry.objects.get(role=owner).person == world.bob


def test_many_cells_change_together(world: World, keeper: Program, owner: StakeholderRole) -> None:
    ours = {"role": "product-owner", "service": "payments", "person": world.alice.pk}
    team = {"role": "product-owner", "team": "payments", "roster": "payments-on-call"}
    answer = put(keeper, ours | {"backup": world.bob.pk, "revision": ".."}, team)

    assert answer.status_code == 200, answer.content
    assert [one["revision"] for one in answer.json()["items"]] == [
        f"{world.alice.pk}.{world.bob.pk}.",
        f"..{world.roster.pk}",
    ]
    cell = MatrixEntry.objects.get(service=world.service)
    (entry,) = told("matrixentry", cell.pk)
    assert entry == (
        "Keeper Example through HR sync named Alice Example as the product owner for Payments and"
        " Bob Example as backup, because Jonas left."
    )
    again = put(keeper, ours | {"backup": world.bob.pk})
    assert (again.status_code, again.json()["items"]) == (200, [])


def test_every_wrong_cell_is_named_and_nothing_changes(
    world: World, keeper: Program, owner: StakeholderRole
) -> None:
    Person.objects.filter(pk=world.erin.pk).update(left_at=clock.act_now())
    NamedHours.objects.create(name="Never", time_zone="UTC")
    good = {"role": "product-owner", "service": "payments", "person": world.alice.pk}
    wrong: list[dict[str, Any]] = [
        {"role": "nobody", "company": True, "person": world.alice.pk},
        {"role": "product-owner", "service": "nowhere", "person": world.alice.pk},
        {"role": "product-owner", "team": "payments", "person": world.erin.pk},
        {"role": "product-owner", "company": True}
        | {"person": world.bob.pk, "backup": world.bob.pk},
        {"role": "engineering-director", "service": "payments", "person": 999999},
        {"role": "incident-commander", "service": "payments", "backup": world.bob.pk},
        {"role": "incident-commander", "company": True, "severity": 2}
        | {"hours": "Dawn", "person": world.bob.pk},
    ]

    answer = put(keeper, good, *wrong)

    assert answer.status_code == 422
    said = answer.json()
    assert said["message"] == "Nothing was saved. 7 cells cannot be changed like this."
    assert {one["index"] for one in said["errors"]} == set(range(1, 8))
    assert [one["field"] for one in said["errors"]] == [
        "role",
        "service",
        "person",
        "backup",
        "person",
        "person",
        "hours",
    ]
    assert MatrixEntry.objects.count() == 2


def test_a_cell_stands_in_the_list_once(
    world: World, keeper: Program, owner: StakeholderRole
) -> None:
    one = {"role": "product-owner", "company": True, "person": world.alice.pk}
    answer = put(keeper, one, one | {"person": world.bob.pk})

    assert [(error["code"], error["index"]) for error in answer.json()["errors"]] == [
        ("twice", 0),
        ("twice", 1),
    ]


def test_nobodys_work_is_overwritten(world: World, keeper: Program) -> None:
    was = f"{world.dora.pk}.."
    place = place_of(MatrixEntry.objects.get(role=world.director))
    MatrixEntry.objects.filter(role=world.director).update(person=world.erin, backup=world.bob)

    cell = {"role": "engineering-director", "person": world.alice.pk, "revision": was, **place}
    answer = put(keeper, cell)

    assert answer.status_code == 412
    assert answer.json()["errors"][0]["message"] == (
        "Somebody has changed this cell meanwhile: it names Erin Example, backup Bob Example now."
    )
    assert MatrixEntry.objects.get(role=world.director).person == world.erin


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"cells": [{"role": "engineering-director"}]}, "reason"),
        ({"reason": " ", "cells": [{"role": "engineering-director"}]}, "reason"),
        ({"reason": "x", "cells": []}, "cells"),
        ({"reason": "x", "cells": [{"role": "r", "colour": 1}]}, "cells.0.colour"),
        ({"reason": "x", "cells": [{"role": "r", "severity": 9}]}, "cells.0.severity"),
        ({"reason": "x", "cells": [{}]}, "cells.0.role"),
        ({"reason": "x", "cells": [{"role": "r"}] * 1001}, "cells"),
    ],
)
def test_what_is_no_change_of_cells(
    world: World, keeper: Program, body: dict[str, Any], field: str
) -> None:
    answer = keeper.ask("PUT", "matrix/cells", body)

    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["field"] == field


def test_a_cell_is_taken_away_with_a_reason(world: World, keeper: Program) -> None:
    cell = MatrixEntry.objects.get(role=world.director)
    path = f"matrix/cells/{cell.pk}"
    tag = keeper.get(path)["ETag"]
    assert keeper.ask("DELETE", path).json()["field"] == "reason"
    assert keeper.ask("DELETE", f"{path}?reason=.").json()["field"] == "reason"
    MatrixEntry.objects.filter(pk=cell.pk).update(backup=world.bob)
    assert keeper.ask("DELETE", f"{path}?reason=Gone", If_Match=tag).status_code == 412

    done = keeper.ask("DELETE", f"{path}?reason=Gone")

    assert (done.status_code, done.content) == (204, b"")
    assert not MatrixEntry.objects.filter(pk=cell.pk).exists()
    assert told("matrixentry", cell.pk)[0].endswith("because Gone.")
    assert keeper.ask("DELETE", f"{path}?reason=Gone").status_code == 404


def test_a_cell_holds_from_and_until_an_instant(world: World, keeper: Program) -> None:
    begins = (clock.act_now() + timedelta(days=2)).replace(microsecond=0)
    ends = begins + timedelta(days=7)
    stands = MatrixEntry.objects.get(role=world.director)
    who = {"role": world.director.slug, "person": world.erin.pk, **place_of(stands)}
    who["revision"] = f"{stands.person_id}.{stands.backup_id or ''}."
    days = {"valid_from": begins.isoformat(), "valid_to": ends.isoformat()}
    gone = {"valid_from": None, "valid_to": "2020-01-01T00:00:00Z"}

    done = keeper.ask("PUT", "matrix/cells", {"reason": "Stands in", "cells": [who | days]})
    past = keeper.ask("PUT", "matrix/cells", {"reason": "Stood in", "cells": [who | gone]})

    assert done.status_code == 200
    rows = MatrixEntry.objects.filter(role=world.director).order_by("valid_to")
    assert [(one.person_id, one.valid_from, one.valid_to) for one in rows] == [
        (stands.person_id, None, begins),
        (world.erin.pk, begins, ends),
        (stands.person_id, ends, None),
    ]
    assert past.status_code == 422
    assert past.json()["errors"][0]["field"] == "valid_to"


@pytest.mark.parametrize("days", [-2, 2], ids=["over", "to come"])
def test_only_what_holds_now_is_taken_away(world: World, keeper: Program, days: int) -> None:
    now = clock.act_now()
    cell = MatrixEntry.objects.get(role=world.director)
    begins = now + timedelta(days=days)
    MatrixEntry.objects.filter(pk=cell.pk).update(
        valid_from=begins, valid_to=begins + timedelta(days=1)
    )

    answer = keeper.ask("DELETE", f"matrix/cells/{cell.pk}?reason=Gone")

    assert answer.status_code == 409
    assert MatrixEntry.objects.filter(pk=cell.pk).exists()
