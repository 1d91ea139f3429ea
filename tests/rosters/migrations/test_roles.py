"""Roles as groups: what each keeps in the admin, and what the portal makes of them."""

import importlib

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client

from rosters.logic import roles as rules
from rosters.logic.roles import Holder, Role
from rosters.operations import accounts
from rosters.queries import roles
from tests.world import World, build

laid_out = importlib.import_module("rosters.migrations.0004_roles")
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    laid_out.lay_out(apps, None)  # tests with real transactions empty every table
    return build()


def test_every_role_has_a_group_and_every_group_a_role():
    assert set(laid_out.ROLES) == {role.value for role in Role}


def test_names_of_models_are_real():
    named = {label for may in laid_out.ROLES.values() for label in may}

    for label in named:
        model = apps.get_model(label)
        name = model.__name__.lower()
        assert laid_out.NAMES.get(name, name) == model._meta.verbose_name


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.SERVICE_OWNER, "/admin/rosters/matrixentry/add/", 200),
        (Role.SERVICE_OWNER, "/admin/rosters/person/add/", 403),
        (Role.SERVICE_OWNER, "/admin/rosters/contactpoint/", 403),
        (Role.ROSTER_MANAGER, "/admin/rosters/override/add/", 200),
        (Role.ROSTER_MANAGER, "/admin/rosters/service/add/", 403),
        (Role.COMMANDER, "/admin/incidents/route/", 200),
        (Role.COMMANDER, "/admin/incidents/route/add/", 403),
        (Role.AUDITOR, "/admin/rosters/person/", 200),
        (Role.AUDITOR, "/admin/rosters/person/add/", 403),
        (Role.AUDITOR, "/admin/rosters/contactpoint/", 403),
        (Role.ADMINISTRATOR, "/admin/rosters/person/add/", 200),
        (Role.RESPONDER, "/admin/", 403),
        (Role.STAKEHOLDER, "/admin/", 403),
        (Role.REVIEWER, "/admin/", 403),
    ],
)
def test_the_admin_opens_by_role(client: Client, world: World, role, path, status):
    accounts.give_roles(world.frank, [role], of=list(Role))
    client.force_login(world.frank)

    assert client.get(path, follow=True).status_code == status


def test_roles_given_here_are_taken_here_and_others_stay(world: World):
    frank = world.frank
    frank.groups.add(Group.objects.create(name="Choir"))
    accounts.give_roles(frank, [Role.AUDITOR, Role.ADMINISTRATOR], of=list(Role))
    assert roles.of(frank) == Holder(
        frozenset({Role.AUDITOR, Role.ADMINISTRATOR}), is_administrator=True
    )

    accounts.give_roles(frank, [Role.RESPONDER], of=list(Role))

    frank.refresh_from_db()
    assert set(frank.groups.values_list("name", flat=True)) == {"Choir", "Responder"}
    assert (frank.is_staff, frank.is_superuser) == (False, False)


@pytest.mark.parametrize(
    ("holder", "may"),
    [
        (Holder(), False),
        (Holder(frozenset({Role.COMMANDER})), False),
        (Holder(frozenset({Role.AUDITOR})), True),
        (Holder(frozenset({Role.ADMINISTRATOR})), True),
        (Holder(is_administrator=True), True),
    ],
)
def test_who_reads_the_audit_trail(holder: Holder, may: bool):
    assert (rules.why_not_read_audit(holder) is None) is may


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("service-owner", Role.SERVICE_OWNER),
        ("Service owner", Role.SERVICE_OWNER),
        (" AUDITOR ", Role.AUDITOR),
        ("boss", None),
        ("", None),
    ],
)
def test_names_of_roles_are_read_kindly(name: str, role: Role | None):
    assert rules.known(name) is role
