"""Error pages stand without database, and carry the number to phone."""

import base64
import hashlib
import re
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest

from config.portal import errors


@pytest.mark.parametrize(
    ("draw", "status", "words"),
    [
        (errors.server_error, 500, "Sorry, there is a problem with Muster"),
        (errors.unavailable, 503, "Muster is not available just now"),
    ],
    ids=["server-error", "unavailable"],
)
def test_an_error_page_says_whom_to_phone(settings, draw, status, words):
    settings.DUTY_NAME, settings.DUTY_PHONE = "Amara Diallo", "+49 30 555 0110"
    request = HttpRequest()
    # Nobody may ask for it: there may be no database.
    request.user = SimpleNamespace()  # type: ignore[assignment]

    response = draw(request)

    assert response.status_code == status
    assert words in response.content.decode()
    assert '<a href="tel:+49305550110">+49 30 555 0110</a>' in response.content.decode()


@pytest.mark.parametrize(
    ("why", "said"),
    [("Only the owner may.", "Only the owner may."), ("", "Your account may not see it")],
    ids=["told", "untold"],
)
def test_a_refusal_says_why_and_whom_to_phone(settings, rf, why, said):
    settings.DUTY_NAME, settings.DUTY_PHONE = "Amara Diallo", "+49 30 555 0110"
    request = rf.post("/", {"x": "y"})
    request.user = AnonymousUser()

    response = errors.not_allowed(request, PermissionDenied(why))

    assert response.status_code == 403
    assert "You cannot open this page" in response.content.decode()
    assert said in response.content.decode()
    assert "tel:+49305550110" in response.content.decode()


def test_an_error_page_without_a_number_names_the_list_on_paper(settings):
    settings.DUTY_PHONE = ""

    page = errors.server_error(HttpRequest()).content.decode()

    assert "tel:" not in page
    assert "Phone somebody on your printed call list" in page


@pytest.mark.parametrize("path", ["/sign-in/", "/nowhere/"], ids=["a-page", "an-error-page"])
def test_while_static_files_are_exchanged_a_whole_page_stands(client, settings, path):
    settings.DUTY_NAME, settings.DUTY_PHONE = "Amara <Diallo>", "+49 30 555 0110"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    client.raise_request_exception = False

    response = client.get(path)

    page = response.content.decode()
    assert response.status_code == 500
    assert "Sorry, there is a problem with Muster" in page
    assert "Phone Amara &lt;Diallo&gt;:" in page
    assert "tel:+49305550110" in page
    assert "/static/" not in page


def test_the_last_page_needs_no_template_and_no_database(client, settings):
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [], "APP_DIRS": False}]
    client.raise_request_exception = False

    response = client.get("/sign-in/")

    assert response.status_code == 500
    assert "Wait a minute. Then try again." in response.content.decode()


def test_its_policy_allows_its_own_styles_and_no_others(client, settings):
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [], "APP_DIRS": False}]
    client.raise_request_exception = False

    response = client.get("/sign-in/")

    found = re.search(r"<style>(.*)</style>", response.content.decode(), re.DOTALL)
    assert found is not None
    own = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    policy = response.headers["Content-Security-Policy"]
    assert f"style-src 'self' 'sha256-{own}'" in policy
    assert "unsafe" not in policy


def test_unavailable_says_when_to_come_back():
    assert errors.unavailable(HttpRequest())["Retry-After"] == "30"


@pytest.mark.django_db(transaction=True)
def test_a_page_says_so_while_the_database_is_away(client):
    client.raise_request_exception = False
    connection.close()
    host, connection.settings_dict["HOST"] = connection.settings_dict["HOST"], "/nowhere"
    try:
        client.cookies["sessionid"] = "x" * 32
        response = client.get("/incidents/")
    finally:
        connection.close()
        connection.settings_dict["HOST"] = host

    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "not available just now" in response.content.decode()
