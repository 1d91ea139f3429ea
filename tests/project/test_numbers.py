"""No page shows a number of anybody to a reader without a reason: not in its source, a CSV, a
search, a print view or the API."""

import re
from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import NoReverseMatch, reverse

from config.portal import clock
from rosters.enums import Channel
from rosters.logic.roles import Role
from rosters.models import ContactPoint, Message, Person
from rosters.operations import accounts
from tests.looks import noting_looks
from tests.pages import Everything, addresses, one_of_everything
from tests.world import build, make_person

pytestmark = pytest.mark.django_db

MACHINES_DOORS = {"alerts", "hook", "incidents:answer", "healthz", "readyz", "metrics"} | {
    "rosters:carrier_door"
}
# The message desk of the demo is everybody's phone at once; it is not there in production.
NOT_A_PAGE = {*MACHINES_DOORS, "front:desk"}
SEPARATORS = re.compile(r"(?<=\d)[\s().\-\u00a0/]+(?=\d)")


@pytest.fixture
def everything(settings) -> Everything:
    everything = one_of_everything(build(clock.act_now()), now=clock.act_now())
    settings.EMBEDDED = False
    for number, point in enumerate(ContactPoint.objects.exclude(channel=Channel.EMAIL)):
        point.address = f"+49 1512 83{number:02} 4197"
        point.save(update_fields=["address"])
    return everything


def reader(name: str, role: Role | None) -> Person:
    """Somebody who works with nobody whose number there is."""
    person = make_person(name)
    if role is not None:
        person.groups.add(Group.objects.get_or_create(name=role.value)[0])
        accounts.give_roles(person, frozenset({role}), of=frozenset(Role))
    ContactPoint.objects.filter(person=person, channel=Channel.PHONE).update(address="+1 555 0100")
    found: Person = Person.objects.get(pk=person.pk)
    return found


def digits_known() -> re.Pattern[str]:
    """The last digits of every number, which no other number on a page can be."""
    numbers = ContactPoint.objects.filter(address__contains="4197").values_list(
        "address", flat=True
    )
    return re.compile("|".join(re.sub(r"\D", "", one)[-8:] for one in numbers))


SHAPES = ("?q=Alice&show=all", "?q=4197", "?format=csv")


def admin_pages() -> Iterator[str]:
    for model in apps.get_models():
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        try:
            found = reverse(f"admin:{name}_changelist")
        except NoReverseMatch:
            continue
        yield found
        yield f"{found}?q=4197"
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            yield reverse(f"admin:{name}_change", args=[row.pk])
            yield f"/admin/{model._meta.app_label}/{model._meta.model_name}/{row.pk}/history/"


def body_of(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return SEPARATORS.sub("", content.decode(errors="replace"))


def leaks(client: Client, paths: Iterable[str], telling: re.Pattern[str]) -> dict[str, str]:
    found = {}
    for path in paths:
        body = body_of(client.get(path, follow=True))
        if match := telling.search(body):
            found[path] = body[max(0, match.start() - 80) : match.end() + 20]
    return found


def shapes_of(client: Client, paths: Iterable[str], telling: re.Pattern[str]) -> dict[str, str]:
    """The leaks of these addresses; searched and as CSV where somebody looks at such words."""
    found: dict[str, str] = {}
    for path in paths:
        with noting_looks() as looked:
            found |= leaks(client, [path], telling)
        seen = [one for one in SHAPES if any(looked.would_see(at, one) for at in looked)]
        found |= leaks(client, [f"{path}{shape}" for shape in seen], telling)
    return found


@pytest.mark.parametrize(
    ("name", "role"),
    [("Olivia", Role.STAKEHOLDER), ("Otto", None)],
    ids=["stakeholder", "outsider"],
)
def test_no_page_shows_a_number_to_who_has_no_reason(
    everything: Everything, name: str, role: Role | None
) -> None:
    client, telling = Client(), digits_known()
    client.force_login(reader(name, role))
    known = {one: path for one, path in addresses(everything).items() if one not in NOT_A_PAGE}

    assert shapes_of(client, known.values(), telling) == {}
    for someone in (everything.world.alice, everything.world.bob):
        for path in (f"/people/{someone.pk}/", "/contacts/phone-tree/"):
            assert not telling.search(body_of(client.get(path)))
        for path in (f"/people/{someone.pk}/numbers/", "/contacts/phone-tree/"):
            answer = client.post(path, {"reason": "I want to know"}, follow=True)
            assert not telling.search(body_of(answer)), path


@pytest.mark.parametrize("role", [Role.SERVICE_OWNER, Role.ROSTER_MANAGER, Role.AUDITOR])
def test_the_admin_shows_no_number_to_who_has_no_reason(everything: Everything, role: Role) -> None:
    del everything
    client, telling = Client(), digits_known()
    client.force_login(reader("Nora", role))

    assert Message.objects.exists()
    assert leaks(client, admin_pages(), telling) == {}


def test_the_sweep_would_see_one(everything: Everything) -> None:
    """Whoever has a reason sees the digits after a press, so the pattern finds them."""
    client, telling = Client(), digits_known()
    client.force_login(everything.world.bob)
    path = f"/people/{everything.world.alice.pk}/numbers/"

    answer = client.post(path, {"reason": "Payments are down"})

    assert telling.search(body_of(answer))
