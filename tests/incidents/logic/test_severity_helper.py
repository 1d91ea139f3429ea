"""The five questions: every answer to every question, and what each adds."""

from itertools import product

import pytest

from incidents.logic.severity_helper import QUESTIONS, Answers, advise
from rosters.enums import SeverityLevel

ANSWERED = [tuple(question.answers) for question in QUESTIONS]
EVERYTHING = list(product(*ANSWERED))
WITH_BLANKS = list(product(*[("", *answers) for answers in ANSWERED]))

# who x touches, then how much x the way around; for what stays the same. One digit is one level.
TABLE = {
    ("customers", "yes"): "111 111 111",
    ("customers", "unsure"): "112 223 333",
    ("customers", "no"): "112 223 333",
    ("colleagues", "yes"): "222 222 222",
    ("colleagues", "unsure"): "333 333 333",
    ("colleagues", "no"): "334 444 444",
    ("nobody", "yes"): "222 222 222",
    ("nobody", "unsure"): "333 333 333",
    ("nobody", "no"): "444 444 444",
}


def level(*answers: str) -> int:
    found = advise(Answers(*answers))
    assert found is not None
    return found.level.value


@pytest.mark.parametrize(("who", "touches"), list(TABLE), ids=lambda one: str(one))
def test_every_answer_has_its_level(who: str, touches: str) -> None:
    rows = TABLE[who, touches].split()

    found = [
        "".join(str(level(who, much, touches, around, "same")) for around in ANSWERED[3])
        for much in ANSWERED[1]
    ]

    assert found == rows


@pytest.mark.parametrize("answers", EVERYTHING, ids=" ".join)
def test_what_gets_worse_is_one_level_worse(answers: tuple[str, ...]) -> None:
    *rest, worse = answers
    steady = level(*rest, "same")

    expected = max(1, steady - 1) if worse == "yes" else steady

    assert level(*answers) == expected


def test_a_worse_answer_never_makes_it_milder() -> None:
    for answers in EVERYTHING:
        for place, known in enumerate(ANSWERED):
            rank = known.index(answers[place])
            for worse in known[:rank]:
                other = (*answers[:place], worse, *answers[place + 1 :])
                assert level(*other) <= level(*answers), (answers, other)


def test_without_an_answer_it_is_never_milder_than_with_the_mildest() -> None:
    for answers in WITH_BLANKS:
        found = advise(Answers(*answers))
        mildest = [one or known[-1] for one, known in zip(answers, ANSWERED, strict=True)]
        if found and answers[0] and answers[2]:
            assert found.level <= level(*mildest), answers


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        (Answers(), None),
        (Answers(much="all", around="no", worse="yes"), None),
        (Answers(touches="no"), None),
        (Answers(who="customers"), 2),
        (Answers(who="customers", much="all"), 1),
        (Answers(who="colleagues"), 4),
        (Answers(touches="yes"), 2),
        (Answers(who="nobody", worse="yes"), 3),
    ],
    ids=["nothing", "not-who", "only-no", "who", "how-much", "colleagues", "touches", "worse"],
)
def test_few_answers_say_what_they_can(answers: Answers, found: int | None) -> None:
    advice = advise(answers)

    assert (advice.level.value if advice else None) == found


def test_the_reason_is_the_worst_sign() -> None:
    answers = Answers("colleagues", "little", "yes", "easy", "yes")

    advice = advise(answers)

    assert advice is not None
    assert advice.because == "money, personal data or the law is involved"
    assert advice.is_raised
    assert advice.level == SeverityLevel.CRITICAL


def test_nothing_is_worse_than_the_worst() -> None:
    advice = advise(Answers("customers", "all", "no", "no", "yes"))

    assert advice is not None
    assert (advice.level, advice.is_raised) == (SeverityLevel.CRITICAL, False)


def test_a_form_says_what_it_knows_and_no_more() -> None:
    sent = {"help_who": "customers", "help_much": "<b>", "severity": "1"}

    answers = Answers.of(sent)

    assert answers == Answers(who="customers")
    assert answers.in_words == "customers notice it"
    assert not Answers.of({}).given
