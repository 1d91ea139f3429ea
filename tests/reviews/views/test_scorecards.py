"""Scorecards on the page and as CSV."""

import csv
import io

import pytest

from config.portal.spreadsheets import plain
from incidents.models import Incident
from rosters.models import Service
from tests.reviews.views.conftest import client
from tests.world import World


def test_a_line_says_it_in_words(world: World, incident: Incident) -> None:
    text = client(world.frank).get("/scorecards/?days=30").content.decode()

    assert "Every target was met." in text
    assert "of 1 incident" in text
    assert "1 of 1 in time" in text


def test_csv_holds_no_formula(world: World, incident: Incident) -> None:
    Service.objects.update(name="=HYPERLINK(1)")

    answer = client(world.frank).get("/scorecards/?format=csv&days=365")
    heading, line = csv.reader(io.StringIO(answer.content.decode()))

    assert answer["Content-Disposition"].endswith('"scorecards-365-days.csv"')
    assert line[0] == "'=HYPERLINK(1)"
    assert len(heading) == len(line)
    assert dict(zip(heading, line, strict=True))["Typical minutes to contain"] == "50.0"


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("Payments", "Payments"),
        (3, "3"),
        ("", ""),
    ],
)
def test_plain_cells(cell: object, safe: str) -> None:
    assert plain(cell) == safe
