"""Two people of a rotation exchange their places in one save."""

import pytest
from django.test import Client
from django.urls import reverse

from rosters.models import Roster, Rotation
from tests.factories import make_person, make_roster

pytestmark = pytest.mark.django_db


@pytest.fixture
def rotation(db: None) -> Rotation:
    roster = make_roster([make_person("Ada"), make_person("Ben")])
    Roster.objects.filter(pk=roster.pk).update(is_draft=True)
    return roster.layers.get().rotations.get()


def save(admin_site: Client, rotation: Rotation, places: list[str]) -> str:
    rows = list(rotation.members.order_by("order"))
    form = {
        "layer": rotation.layer_id,
        "starts_on": rotation.starts_on.isoformat(),
        "handover_at": "09:00",
        "unit": rotation.unit,
        "length": rotation.length,
        "members-TOTAL_FORMS": len(rows),
        "members-INITIAL_FORMS": len(rows),
    }
    for number, (row, place) in enumerate(zip(rows, places, strict=True)):
        form |= {
            f"members-{number}-id": row.pk,
            f"members-{number}-rotation": rotation.pk,
            f"members-{number}-order": place,
            f"members-{number}-person": row.person_id,
        }
    address = reverse("admin:rosters_rotation_change", args=[rotation.pk])
    return admin_site.post(address, form, follow=True).content.decode()


def order(rotation: Rotation) -> list[str]:
    names = rotation.members.order_by("order").values_list("person__short_name", flat=True)
    return list(names)


def test_two_exchange_their_places(admin_site: Client, rotation: Rotation) -> None:
    before = order(rotation)
    first, second = rotation.members.order_by("order").values_list("order", flat=True)

    save(admin_site, rotation, [str(second), str(first)])

    assert order(rotation) == before[::-1]


def test_two_in_one_place_take_their_turn_together(admin_site: Client, rotation: Rotation) -> None:
    save(admin_site, rotation, ["2", "2"])

    assert set(rotation.members.values_list("order", flat=True)) == {2}


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (["1", "99999"], "Write 32767 or less."),
        (["1", ""], "required"),
    ],
    ids=["no such place", "no place"],
)
def test_places_that_cannot_be_are_refused_in_words(
    admin_site: Client, rotation: Rotation, places: list[str], said: str
) -> None:
    before = order(rotation)

    page = save(admin_site, rotation, places)

    assert said in page
    assert order(rotation) == before


def test_a_rotation_that_runs_is_to_read_here(admin_site: Client, rotation: Rotation) -> None:
    Roster.objects.update(is_draft=False)
    before = order(rotation)

    first, second = rotation.members.order_by("order").values_list("order", flat=True)
    save(admin_site, rotation, [str(second), str(first)])
    page = admin_site.get(reverse("admin:rosters_rotation_change", args=[rotation.pk]))

    assert order(rotation) == before
    assert "Its roster is published. Set it up on its own page" in page.content.decode()


def test_no_layer_is_added_to_a_roster_that_runs(admin_site: Client, rotation: Rotation) -> None:
    Roster.objects.update(is_draft=False)
    form = {"roster": rotation.layer.roster_id, "name": "Night", "priority": "1"}
    for name in ("rotations", "restrictions"):
        form |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}

    page = admin_site.post(reverse("admin:rosters_layer_add"), form).content.decode()

    assert "This roster is published." in page
    assert rotation.layer.roster.layers.count() == 1
