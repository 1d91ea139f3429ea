import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from rosters.models import Person


@pytest.fixture
def mei() -> Person:
    return Person.objects.create_user(
        "mei@example.com",
        "a long password",
        full_name="Mei Tan",
        short_name="Mei",
        may_sign_in=True,
    )


@pytest.mark.django_db
def test_every_page_asks_a_stranger_to_sign_in(client: Client) -> None:
    answer = client.get(reverse("incidents:list"))

    assert answer.headers["Location"] == "/sign-in/?next=/incidents/"


@pytest.mark.django_db
def test_pages_carry_the_strict_policy(client: Client) -> None:
    policy = client.get(reverse("sign_in")).headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_mei_signs_in_with_a_browser(live_server: LiveServer, page: Page, mei: Person) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))

    page.goto(f"{live_server.url}/sign-in/?next=/incidents/")
    page.get_by_label("mail").fill("mei@example.com")
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Sign in").click()

    expect(page).to_have_url(f"{live_server.url}/incidents/")
    assert complaints == []
