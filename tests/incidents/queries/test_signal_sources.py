"""Sources at a glance, however much one of them says."""

from datetime import datetime, timedelta

import pytest

from incidents.models import AlertSource, RawReceipt
from incidents.queries import signal_sources
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MANY = 30


def told(source: AlertSource, at: datetime, *, status: int = 202, message: str = "") -> RawReceipt:
    answer: dict[str, object] = {"message": message} if message else {"alerts": []}
    return RawReceipt(
        source=source, received_at=at, body_digest="x", body=b"{}", status=status, answer=answer
    )


@pytest.fixture
def quiet(world: World) -> AlertSource:
    """One that was refused twice, yesterday, beside one that never stops."""
    source: AlertSource = AlertSource.objects.create(name="Quiet", slug="quiet", kind="generic")
    noisy = AlertSource.objects.create(name="Noisy", slug="noisy", kind="generic")
    taken = told(source, NOW - 30 * HOUR)
    refused = [
        told(source, NOW - hours * HOUR, status=400, message="No title.") for hours in (29, 28)
    ]
    others = [told(noisy, NOW - timedelta(seconds=number)) for number in range(MANY)]
    RawReceipt.objects.bulk_create([taken, *refused, *others])
    return source


def test_a_source_says_since_when_it_is_refused(quiet: AlertSource) -> None:
    row = signal_sources.one(quiet, now=NOW)

    assert (row.last_at, row.since, row.said) == (NOW - 28 * HOUR, NOW - 29 * HOUR, "No title")


def test_a_source_that_was_taken_since_is_refused_no_more(quiet: AlertSource) -> None:
    told(quiet, NOW - 27 * HOUR).save()

    row = signal_sources.one(quiet, now=NOW)

    assert (row.last_at, row.since) == (NOW - 27 * HOUR, None)


def test_of_two_requests_in_one_moment_the_later_row_is_the_last(quiet: AlertSource) -> None:
    for message in ("First.", "Second."):
        told(quiet, NOW - HOUR, status=422, message=message).save()

    assert signal_sources.one(quiet, now=NOW).said == "Second"
