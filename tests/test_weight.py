"""How much a page weighs on its way: 90 KB with everything it needs, 25 KB once that is there."""

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from incidents.models import Incident
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from rosters.models import Service
from tests.world import NOW, World, build

KB = 1000
FIRST_LOAD = 90 * KB
LATER = 25 * KB
STATIC = re.compile(r'(?:href|src)="/static/([^"#?]+)')
BEYOND_LATIN = re.compile("[\u0100-\u02af\u1e00-\u1eff]")
NOT_PAGES = ("admin/", "api/", "metrics", "healthz", "readyz", "sign-out/", "accounts/", "hooks/")
FOR_BUILDERS = ("styleguide/",)


def addresses(
    patterns: list[URLPattern | URLResolver] | None = None, before: str = ""
) -> Iterator[str]:
    """Every page of ours whose address needs no answer to "which one?"."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if "<" in route or route.startswith(NOT_PAGES + FOR_BUILDERS):
            continue
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield f"/{route}"


@pytest.fixture
def full(db: None) -> World:
    """The small company with much going on."""
    world = build()
    for number in range(12):
        opening = Opening(
            title=f"Card payments fail in country {number}", severity=1, service=world.service
        )
        lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    Incident.objects.bulk_create(
        Incident(
            title=f"Something small, number {number}",
            severity=1 + number % 4,
            service=world.service,
            detected_at=NOW - timedelta(days=number % 40),
            resolved_at=NOW,
            resolved_by=world.bob,
        )
        for number in range(200)
    )
    Service.objects.bulk_create(
        Service(name=f"Service {number}", slug=f"service-{number}", owner_team=world.team)
        for number in range(24)
    )
    return world


def zipped(content: bytes) -> int:
    return len(gzip.compress(content, 9))


def weight_of(name: str) -> int:
    """A static file as it travels: fonts are packed already."""
    path = Path(str(finders.find(name)))
    return path.stat().st_size if path.suffix == ".woff2" else zipped(path.read_bytes())


def assets_of(html: str) -> set[str]:
    names = set(STATIC.findall(html))
    if BEYOND_LATIN.search(html):
        names.add("portal/fonts/inter-latin-ext-wght-normal.woff2")
    return names


def test_no_page_is_heavy(full: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW + timedelta(minutes=3))
    client = Client()
    client.force_login(full.alice)
    first, later = {}, {}

    for address in addresses():
        response = client.get(address)
        if response.status_code == 200 and "html" in response.headers["Content-Type"]:
            html = response.content.decode()
            later[address] = zipped(response.content)
            first[address] = later[address] + sum(weight_of(name) for name in assets_of(html))

    assert len(later) >= 10
    assert {page: size for page, size in later.items() if size > LATER} == {}
    assert {page: size for page, size in first.items() if size > FIRST_LOAD} == {}
