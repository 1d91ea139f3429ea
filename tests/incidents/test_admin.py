"""Every page of the admin opens, empty and with rows."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

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
