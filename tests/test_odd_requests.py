"""Requests that no form of ours sends: refused in words, never a 500."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from config.portal import clock
from tests.looks import noting_looks
from tests.pages import addresses, one_of_everything
from tests.world import World, build, make_person

pytestmark = pytest.mark.django_db

BROKEN = "multipart/form-data; boundary=x"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def now() -> datetime:
    return clock.act_now()


@pytest.fixture
def world(now: datetime) -> World:
    return build(now)


def administrator() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_person("Grace", is_administrator=True))
    return client


def visitor() -> Client:
    """Somebody with no more than the cookie that the sign-in page gives."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.get("/sign-in/")
    assert client.cookies["csrftoken"].value
    return client


def test_the_address_does_not_choose_how_long_a_page_is(world: World, now: datetime) -> None:
    client = administrator()
    found = addresses(one_of_everything(world, now=now))

    with noting_looks() as looked:
        wrong = {
            f"{path}?{query}": answer.status_code
            for path in found.values()
            for query in (
                "per_page=-1",
                "per_page=-50",
                "per_page=x",
                "page=-1",
                "page=x&per_page=0",
            )
            if query == "per_page=-1" or looked.would_see(path, query)
            if (answer := client.get(f"{path}?{query}")).status_code >= 500 and path != "/readyz"
        }

    assert wrong == {}


@pytest.mark.parametrize(
    "kind",
    [
        f"{FORM}; charset=latin-1",
        f"{FORM}; charset=utf-16",
        f'{BROKEN}; charset="raw_unicode_escape"',
        f"{BROKEN}; charset=utf-7",
        "application/json; charset=idna",
    ],
)
@pytest.mark.parametrize("who", [administrator, visitor])
@pytest.mark.parametrize("path", ["/drafts/", "/sign-in/", "/incidents/new/", "/nowhere/"])
def test_only_utf_8_comes_in(world: World, kind: str, who: Callable[[], Client], path: str) -> None:
    answer = who().post(path, b"title=x", content_type=kind)

    assert answer.status_code == 400
    assert "UTF-8" in answer.content.decode()


@pytest.mark.parametrize("kind", [f"{FORM}; charset=UTF-8", FORM])
def test_utf_8_is_read_named_or_not(world: World, kind: str) -> None:
    answer = administrator().post("/incidents/new/", b"title=", content_type=kind)

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--y\r\nbroken", BROKEN),
        (b"&".join(b"a%d=1" % number for number in range(1_500)), FORM),
        (b"a=" + b"x" * 1_200_000, FORM),
    ],
    ids=["broken", "many fields", "large"],
)
@pytest.mark.parametrize("who", [administrator, visitor])
@pytest.mark.parametrize("path", ["/nowhere/", "/hooks/abc/", "/incidents/new/"])
def test_a_body_that_cannot_be_read_is_refused_in_words(
    world: World, body: bytes, kind: str, who: Callable[[], Client], path: str
) -> None:
    answer = who().post(path, body, content_type=kind)

    assert answer.status_code in {400, 403, 404, 413, 422}
    is_for_machines = path.startswith("/hooks/")
    assert ('"message": ' if is_for_machines else "<h1") in answer.content.decode()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2100-01-01"])
def test_days_beyond_our_calendars_are_named(world: World, day: str) -> None:
    client = administrator()
    for field in ("since", "until"):
        page = client.get(f"/audit/?{field}={day}")
        assert page.status_code == 200
        assert "Choose a day from 2000 to 2099." in page.content.decode()


def test_numbers_that_no_row_can_have_name_nothing(world: World) -> None:
    client = administrator()
    huge = "9" * 5_000

    ended = client.post("/account/sessions/end/", {"session": huge})
    replaced = client.post(
        "/admin/rosters/matrixentry/replace/",
        {"old": world.alice.pk, "new": world.bob.pk, "cell": huge, "reason": "Alice left."},
    )

    assert ended.status_code < 500
    assert replaced.status_code < 500
