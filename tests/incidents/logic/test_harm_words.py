"""What a kind of harm brings along stands in sentences."""

import pytest

from incidents.logic.harm_words import Defaults, effects


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (Defaults(), []),
        (Defaults(is_restricted=True), ["Only those with a part in it can read it."]),
        (Defaults(told_role="privacy officer"), ["The privacy officer is told at once."]),
        (Defaults(is_customer_facing=False), ["It stands on no status page."]),
        (Defaults(usual_severity=3), ["It is SEV3 where nobody says how bad it is."]),
    ],
    ids=["plain", "restricted", "told", "internal", "severity"],
)
def test_each_default_has_its_sentence(one: Defaults, said: list[str]) -> None:
    assert [line.msgid.format_map(dict(line.params)) for line in effects(one)] == said


def test_they_stand_in_one_order() -> None:
    every = Defaults(
        is_customer_facing=False, is_restricted=True, told_role="scribe", usual_severity=1
    )

    assert len(effects(every)) == 4
