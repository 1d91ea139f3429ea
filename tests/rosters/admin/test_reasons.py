"""Why a contact changed stands in its history, whichever form changed it."""

import pytest
from django.test import Client

from rosters.models import MatrixEntry, Service
from tests.world import World

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return " ".join(response.content.decode().split())


def history(client: Client, cell: MatrixEntry) -> str:
    return text(client.get(f"/admin/rosters/matrixentry/{cell.pk}/history/"))


def form_of(cell: MatrixEntry, **more: object) -> dict[str, object]:
    return {"role": cell.role_id, "person": cell.person_id, "valid_from_0": "", **more}


def test_a_single_cell_is_changed_with_a_reason(admin_site: Client, world: World) -> None:
    cell = MatrixEntry.objects.get(role=world.commander)
    path = f"/admin/rosters/matrixentry/{cell.pk}/change/"

    refused = admin_site.post(path, form_of(cell, person=world.erin.pk))
    assert "Say why in one line" in text(refused)

    admin_site.post(path, form_of(cell, person=world.erin.pk, reason="Carol moved on"))
    cell.refresh_from_db()
    assert cell.person == world.erin
    assert "Carol moved on" in history(admin_site, cell)


def test_a_cell_goes_with_a_reason_and_says_which_rules_call_it(
    admin_site: Client, world: World
) -> None:
    cell = MatrixEntry.objects.get(role=world.commander)
    path = f"/admin/rosters/matrixentry/{cell.pk}/delete/"

    assert "1 rule calls the incident commander" in text(admin_site.get(path))
    admin_site.post(path, {"post": "yes", "reason": " "})
    assert MatrixEntry.objects.filter(pk=cell.pk).exists()
    admin_site.post(path, {"post": "yes", "reason": "Not needed"})
    assert not MatrixEntry.objects.filter(pk=cell.pk).exists()


def service_form(world: World, **more: object) -> dict[str, object]:
    service = world.service
    values: dict[str, object] = {
        "name": service.name,
        "slug": service.slug,
        "owner_team": service.owner_team_id,
        "tier": service.tier,
        "labels": "",
    }
    for prefix in ("matrix_entries", "dependencies"):
        values |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return values | more


def test_labels_are_words_with_commas(admin_site: Client, world: World) -> None:
    path = f"/admin/rosters/service/{world.service.pk}/change/"

    admin_site.post(path, service_form(world, labels="PCI, region:eu , pci,"))

    assert Service.objects.get(pk=world.service.pk).labels == ["pci", "region:eu"]


def test_contacts_under_a_service_ask_why(admin_site: Client, world: World) -> None:
    path = f"/admin/rosters/service/{world.service.pk}/change/"
    row = {
        "matrix_entries-TOTAL_FORMS": 1,
        "matrix_entries-0-role": world.director.pk,
        "matrix_entries-0-person": world.erin.pk,
        "matrix_entries-0-service": world.service.pk,
    }

    refused = text(admin_site.post(path, service_form(world, **row)))
    assert "Say why in one line" in refused

    admin_site.post(path, service_form(world, reason="Erin knows it", **row))
    cell = MatrixEntry.objects.get(service=world.service)
    assert "Erin knows it" in history(admin_site, cell)
