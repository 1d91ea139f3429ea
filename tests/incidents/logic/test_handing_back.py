"""What is said of handing an incident back: who is called, when, or that nobody can be."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from config.portal.words import as_text
from incidents.logic.handing_back import Then, handed_back, if_handed_back, if_silent
from tests.world import NOW

UTC_ZONE = ZoneInfo("UTC")
CALL = {"who": "Jonas Weber", "reason": "on call for Payments", "verb": "phone"}
SOON = Then(NOW, NOW, **CALL)
LATER = Then(NOW, NOW + timedelta(minutes=20), **CALL)
NOBODY = Then(NOW)


@pytest.mark.parametrize(
    ("then", "holder", "said"),
    [
        (SOON, "", "If you hand it back, we phone Jonas Weber now, on call for Payments."),
        (LATER, "", "If you hand it back, we phone Jonas Weber at 02:20, on call for Payments."),
        (NOBODY, "", "If you hand it back, we can call nobody. Phone somebody yourself first."),
        (None, "", "If you hand it back, the calls go on now."),
        (
            SOON,
            "Mei Tan",
            (
                "Mei Tan has it. If you hand it back for them, we phone Jonas Weber now, on call"
                " for Payments."
            ),
        ),
    ],
    ids=["now", "after a hold", "nobody", "unknown", "for somebody else"],
)
def test_handing_back_names_who_is_called(then: Then | None, holder: str, said: str) -> None:
    assert as_text(if_handed_back(then, holder=holder), zone=UTC_ZONE, now=NOW) == said


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (SOON, "INC-7 is handed back. We phone Jonas Weber now, on call for Payments."),
        (NOBODY, "INC-7 is handed back. We can call nobody. Phone somebody yourself."),
        (None, "INC-7 is handed back. The calls go on."),
    ],
    ids=["now", "nobody", "unknown"],
)
def test_what_was_done_names_them_too(then: Then | None, said: str) -> None:
    assert as_text(handed_back(then, reference="INC-7"), zone=UTC_ZONE, now=NOW) == said


@pytest.mark.parametrize("holder", ["", "Mei Tan"])
@pytest.mark.parametrize(
    ("then", "end"),
    [
        (SOON, "by 02:00, we phone Jonas Weber then, on call for Payments."),
        (LATER, "by 02:00, we phone Jonas Weber at 02:20, on call for Payments."),
        (NOBODY, "by 02:00, nobody has it, and we can call nobody."),
        (None, "by 02:00, the calls go on."),
    ],
    ids=["then", "after a hold", "nobody", "unknown"],
)
def test_silence_names_who_is_called(then: Then | None, end: str, holder: str) -> None:
    said = as_text(if_silent(then, until=NOW, holder=holder), zone=UTC_ZONE, now=NOW)

    assert end in said
    assert said.startswith("We asked Mei Tan" if holder else "Are you still on it?")
