"""Times of payloads: every form in which tools write them, always read to UTC."""

from datetime import UTC, datetime
from typing import Any

import pytest

from incidents.intake import moments
from incidents.intake.body import Unreadable

AT = datetime(2026, 11, 21, 14, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-11-21T14:29:00Z", AT),
        ("2026-11-21T15:29:00+01:00", AT),
        ("2026-11-21T14:29:00.123456789Z", AT.replace(microsecond=123456)),
        ("2026-11-21T14:29:00.5+0000", AT.replace(microsecond=500000)),
        ("2026-11-21 14:29:00 UTC", AT),
        ("2026-11-21 16:29:00 +0200", AT),
        ("2026-11-21t14:29:00z", AT),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2016-12-31 23:59:60.5 UTC", datetime(2016, 12, 31, 23, 59, 59, 500000, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("", None),
        (None, None),
    ],
)
def test_instant_reads_the_forms_that_tools_write(said: Any, at: datetime | None) -> None:
    assert moments.instant({"at": said}, "at") == at


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("yesterday", "is not a time"),
        ("2026-11-21T14:29:00", "needs a time zone"),
        ("9999-12-31T23:59:59Z", "is not a time"),
        ("9999-12-31T23:59:59-12:00", "is not a time"),
        ("2026-02-30T00:00:00Z", "is not a time"),
        ("2026-11-21T14:60:00Z", "is not a time"),
        (1795271340, "must be text"),
    ],
)
def test_instant_refuses_the_rest(said: Any, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        moments.instant({"at": said}, "at")


def test_instant_in_utc_needs_no_zone() -> None:
    assert moments.instant_in_utc({"at": "2026-11-21 14:29:00.000"}, "at") == AT


@pytest.mark.parametrize(
    "said",
    [
        *(1795271340, 1795271340000, 1795271340.0, "1795271340", "1795271340000"),
        *(1795271340000000, 1795271340000000000, "1795271340000000000", 1.79527134e18),
    ],
)
def test_unix_instant_reads_seconds_and_their_parts(said: Any) -> None:
    assert moments.unix_instant({"at": said}, "at") == AT
    assert moments.any_instant({"at": said}, "at") == AT


@pytest.mark.parametrize("said", [0, "0", -5, "-5", -62135596800, -62135596800000, None, ""])
def test_unix_instant_reads_zero_as_not_set(said: Any) -> None:
    assert moments.unix_instant({"at": said}, "at") is None
    assert moments.any_instant({"at": said}, "at") is None


@pytest.mark.parametrize("said", [10**17, 253402300800000.0, "soon", "1e17", 99999999999])
def test_unix_instant_refuses_what_nobody_means(said: Any) -> None:
    with pytest.raises(Unreadable, match=r"is not a time|must be a number"):
        moments.unix_instant({"at": said}, "at")


def test_any_instant_reads_both_forms() -> None:
    assert moments.any_instant({"at": "2026-11-21T14:29:00Z"}, "at") == AT
