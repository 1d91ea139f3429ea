"""What is declared may be a second report: of the same service, or in the same words."""

import pytest

from incidents.logic.likeness import Known, Report, alike, words_of

PAYMENTS, CHECKOUT, SEARCH, FRAUD = 1, 2, 3, 4
NEEDS = {CHECKOUT: {PAYMENTS}, PAYMENTS: {FRAUD}}
CARDS = Known(11, "Card payments fail in the EU", 1, {PAYMENTS: "Payments"})
QUEUE = Known(12, "Search is slow", 3, {SEARCH: "Search"})
SCORES = Known(13, "Risk scores are missing", 2, {FRAUD: "Fraud checks"})
OPEN = [CARDS, QUEUE, SCORES]


@pytest.mark.parametrize(
    ("report", "found"),
    [
        (Report(), []),
        (Report("Customers see an error page"), []),
        (Report(service_id=PAYMENTS), [(11, ["Same service."]), (13, ["It needs Fraud checks."])]),
        (Report(service_id=CHECKOUT), [(11, ["It needs Payments."])]),
        (Report(service_id=FRAUD), [(13, ["Same service."]), (11, ["Payments needs it."])]),
        (Report("Paying by cards"), [(11, ["Both say “cards”."])]),
        (
            Report("Refunds to cards, payments stuck", PAYMENTS),
            [
                (11, ["Same service.", "Both say “cards” and “payments”."]),
                (13, ["It needs Fraud checks."]),
            ],
        ),
        (Report("It is slow and broken"), []),
    ],
    ids=["nothing", "no-word", "service", "needs", "needed", "words", "both", "common-words"],
)
def test_what_may_be_the_same_is_found_with_the_reason(
    report: Report, found: list[tuple[int, list[str]]]
) -> None:
    likes = alike(report, OPEN, NEEDS)

    said = [
        (one.number, [why.msgid.format_map(dict(why.params)) for why in one.why]) for one in likes
    ]
    assert said == found


def test_three_are_enough() -> None:
    many = [Known(number, "Cards fail", 2, {PAYMENTS: "Payments"}) for number in range(9)]

    assert [one.number for one in alike(Report("Cards"), many, {})] == [0, 1, 2]


def test_of_equally_alike_ones_the_worse_is_first() -> None:
    mild = Known(1, "Cards fail", 3, {PAYMENTS: "Payments"})
    bad = Known(2, "Cards fail", 1, {PAYMENTS: "Payments"})

    assert [one.number for one in alike(Report("Cards"), [mild, bad], {})] == [2, 1]


def test_words_are_told_by_their_beginning() -> None:
    found = words_of("The Payments page: 4xx, cards!")

    assert found == {"payme": "payments", "page": "page", "card": "cards"}
