"""Input that nobody thinks of, made from the description: never a 500, always what it promises."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from pytest_django.live_server_helper import LiveServer
from schemathesis.checks import CHECKS

from config.api import limits
from config.api.document import document
from config.portal import clock
from rosters.models import Person
from tests.rosters.api.conftest import ALL, issue
from tests.world import build

EXAMPLES = 6
HELD = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)


@pytest.mark.django_db(transaction=True)
def test_nothing_that_fits_or_does_not_fit_breaks_it(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_MINUTE", 10**6)
    world = build(clock.act_now())
    Person.objects.filter(pk=world.alice.pk).update(is_superuser=True)
    token = issue(Person.objects.get(pk=world.alice.pk), ALL).text
    schema = schemathesis.openapi.from_dict(document())
    checks: list[Any] = [check for check in CHECKS.get_all() if check.__name__ in HELD]
    assert len(checks) == len(HELD)
    tried = []

    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]  # the description is a right one

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def attempt(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(
                base_url=live_server.url,
                headers={"Authorization": f"Bearer {token}"},
                checks=checks,
            )
            tried.append(case.method)

        attempt()

    assert len(tried) > 80
    assert {"GET", "POST", "PATCH", "PUT", "DELETE"} <= set(tried)
