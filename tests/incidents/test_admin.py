"""Every page of the admin opens, empty and with rows."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils.text import capfirst

from incidents.models import EscalationStep, PolicyVersion, ResponseTarget, StepTarget
from incidents.operations import policies
from tests.world import World, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client, world: World) -> Client:
    client.force_login(make_person("Grace", is_administrator=True))
    return client


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_every_admin_page_opens(administrator: Client, model) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"

    pages = [reverse(f"{name}_changelist"), reverse(f"{name}_changelist") + "?q=x"]
    row = model._default_manager.first()
    if row is not None:
        pages.append(reverse(f"{name}_change", args=[row.pk]))
    if admin.site._registry[model].has_add_permission(_request(administrator)):
        pages.append(reverse(f"{name}_add"))

    assert {page: administrator.get(page).status_code for page in pages} == dict.fromkeys(
        pages, 200
    )


def _request(client: Client):
    return client.get(reverse("admin:index")).wsgi_request


def test_a_published_version_takes_no_more_steps(administrator: Client, world: World) -> None:
    before = EscalationStep.objects.count()
    form = {
        "version": world.version.pk,
        "clock": "acknowledge",
        "order": 9,
        "wait_minutes": 1,
        "anchor": "start",
        "urgency": "urgent",
        "targets-TOTAL_FORMS": 0,
        "targets-INITIAL_FORMS": 0,
    }

    response = administrator.post(reverse("admin:incidents_escalationstep_add"), form)

    assert response.status_code == 200
    assert EscalationStep.objects.count() == before


def test_publishing_what_reaches_nobody_is_refused_with_a_sentence(
    administrator: Client, world: World
) -> None:
    draft = policies.draft_next(world.version)
    PolicyVersion.objects.filter(pk=draft.pk).update(rationale="Nobody wants to be called.")
    StepTarget.objects.filter(step__version=draft).delete()

    page = administrator.post(
        reverse("admin:incidents_policyversion_changelist"),
        {"action": "publish", "_selected_action": [draft.pk]},
        follow=True,
    ).content.decode()

    draft.refresh_from_db()
    assert "tells nobody" in page
    assert draft.published_at is None


@pytest.mark.parametrize(
    ("search", "found"),
    [("acknowledge sev2", 1), ("every tier update", 3), ("4 hours", 3), ("nothing", 0)],
)
def test_promised_times_are_read_and_found_in_words(
    client: Client, world: World, search: str, found: int
) -> None:
    world.carol.is_superuser = world.carol.is_staff = True
    world.carol.save(update_fields=["is_superuser", "is_staff"])
    client.force_login(world.carol)

    page = client.get(reverse("admin:incidents_responsetarget_changelist"), {"q": search})

    assert page.context["cl"].result_count == found
    read = page.content.decode()
    assert "Not set" not in read
    assert ("Services of every tier" in read) == bool(found)


def test_a_wrong_time_in_the_list_is_listed_with_a_link(administrator: Client) -> None:
    address = reverse("admin:incidents_responsetarget_changelist")
    row = ResponseTarget.objects.order_by("promise", "severity", "tier")[0]
    typed = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": row.pk,
        "form-0-amount": "soon",
        "_save": "Save",
    }

    page = " ".join(administrator.post(address, typed).content.decode().split())

    assert "<title>Error: " in page
    assert "There is a problem" in page
    assert f'<a href="#id_form-0-amount">{capfirst(str(row))}: ' in page
    assert 'aria-invalid="true"' in page
    assert "Please correct" not in page
