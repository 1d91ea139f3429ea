"""Instants from PostgreSQL are read as Django reads them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DataError, connection
from psycopg.pq import Format

from config.portal.instants import InstantLoader

pytestmark = pytest.mark.django_db

TIMESTAMPTZ = 1184


def read(text: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        return cursor.fetchone()[0]


def test_every_connection_has_it() -> None:
    read("2026-11-21 12:00:00+00")
    adapters = connection.connection.adapters

    assert adapters.get_loader(TIMESTAMPTZ, Format.TEXT) is InstantLoader


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21 12:00:00+00",
        "2026-11-21 12:00:00.1+00",
        "2026-11-21 12:00:00.123456+00",
        "2026-03-29 02:30:00+01",
        "0001-01-01 00:00:00+00",
        "9999-12-31 23:59:59.999999+00",
    ],
)
def test_an_instant_comes_back_as_it_is_in_utc(text: str) -> None:
    found = read(text)

    assert found == datetime.fromisoformat(text)
    assert found.tzinfo is UTC


@pytest.mark.parametrize("text", ["infinity", "0044-03-15 12:00:00+00 BC", "12026-01-01 00:00+00"])
def test_what_python_cannot_say_is_refused_as_ever(text: str) -> None:
    with pytest.raises(DataError):
        read(text)


def test_a_connection_in_another_zone_is_left_to_django() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Asia/Kolkata'")

    assert read("2026-11-21 12:00:00+00").tzinfo is UTC
