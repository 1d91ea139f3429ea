"""A file on its way in, sent by an administrator of the small company."""

import csv
import io
from collections.abc import Callable, Iterable

import pytest

from rosters.models import ImportRun, Person
from rosters.operations.imports import runs
from tests.world import NOW, World, make_person

Send = Callable[..., ImportRun]


def as_csv(rows: Iterable[Iterable[object]], *, delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def grace(world: World) -> Person:
    """An administrator."""
    return make_person("Grace", is_administrator=True)


@pytest.fixture
def send(grace: Person) -> Send:
    """Receives these rows and checks them."""

    def sent(subject: str, rows: Iterable[Iterable[object]], *, by: Person = grace) -> ImportRun:
        run = runs.receive(subject, f"{subject}.csv", as_csv(rows), by=by, now=NOW)
        return runs.check(run, now=NOW)

    return sent
