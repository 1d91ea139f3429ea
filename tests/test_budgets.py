"""What the pages that everybody opens may ask of the database, and how much of it in new words.

Django makes the text of each query anew, which costs the processor more than the query costs the
database. `rosters.queries.compiled` keeps texts; what goes past it is counted here apart.
"""

from typing import Any

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from tests.pages import addresses, one_of_everything
from tests.test_growth import FEW, grow
from tests.world import build

pytestmark = pytest.mark.django_db(transaction=True)

BUDGETS = {
    "front:help_first_night": (5, 2),
    "front:now": (61, 7),
    "front:wall": (60, 6),
    "front:me": (64, 23),
    "front:services": (51, 7),
    "front:service": (66, 13),
    "incidents:rules": (42, 8),
    "incidents:rule": (45, 14),
    "incidents:status": (47, 14),
    "incidents:list": (10, 7),
    "incidents:detail": (46, 9),
    "incidents:call": (48, 12),
    "incidents:update": (45, 9),
    "incidents:severity": (47, 11),
    "incidents:hold": (46, 10),
    "incidents:contain": (46, 9),
    "incidents:resolve": (46, 9),
    "incidents:stand_down": (48, 12),
    "reviews:detail": (40, 10),
    "rosters:contacts": (29, 5),
    "rosters:on_call": (32, 9),
    "rosters:people": (28, 13),
}
"""By page: all its queries, and those of them whose text Django makes anew."""


def test_no_page_goes_over_its_budget(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.act_now()
    world = build(now)
    found = addresses(one_of_everything(world, now=now))
    client.force_login(world.alice)
    grow(world, FEW, mark="few", now=now)
    for name in BUDGETS:
        client.get(found[name])  # what is made once in a process is made now
    made = _counted(monkeypatch)

    spent = {name: _spent(client, found[name], made) for name in BUDGETS}

    over = {name: both for name, both in spent.items() if _is_over(both, BUDGETS[name])}
    assert not over, f"queries, and those of them made anew: {over}"


def _spent(client: Client, address: str, made: list[str]) -> tuple[int, int]:
    made.clear()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(queries), len(made)


def _is_over(spent: tuple[int, int], budget: tuple[int, int]) -> bool:
    return any(one > most for one, most in zip(spent, budget, strict=True))


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list that grows by one whenever Django makes and asks a query."""
    made: list[str] = []
    django: Any = SQLCompiler.execute_sql

    def execute_sql(compiler: SQLCompiler, *args: Any, **kwargs: Any) -> Any:
        made.append(str(compiler.query.model))
        return django(compiler, *args, **kwargs)

    monkeypatch.setattr(SQLCompiler, "execute_sql", execute_sql)
    return made
