"""Five questions that suggest how bad an incident is. It advises: a person decides. Pure.

What is not answered counts for nothing, except that a bad sign without the answer that would soften
it is taken as the worse one: whoever is in doubt gets more help, not less.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rosters.enums import SeverityLevel

PREFIX = "help_"
"""What the names of the questions begin with in a form."""


@dataclass(frozen=True)
class Question:
    """One question. `answers` maps what a form sends to what people read, the worst first.

    `said` holds the same answers as they are told later: "customers notice it".
    """

    name: str
    text: str
    answers: Mapping[str, str]
    said: Mapping[str, str]

    @property
    def field(self) -> str:
        return f"{PREFIX}{self.name}"


QUESTIONS = (
    Question(
        "who",
        "Who notices it?",
        {"customers": "Customers", "colleagues": "Only colleagues", "nobody": "Nobody yet"},
        {
            "customers": "customers notice it",
            "colleagues": "only colleagues notice it",
            "nobody": "nobody notices it yet",
        },
    ),
    Question(
        "much",
        "How much of it fails?",
        {"all": "All, or nearly", "part": "A part that matters", "little": "A small thing"},
        {
            "all": "all of it fails",
            "part": "a part that matters fails",
            "little": "a small thing fails",
        },
    ),
    Question(
        "touches",
        "Is money, personal data or the law involved?",
        {"yes": "Yes", "unsure": "Not sure", "no": "No"},
        {
            "yes": "money, personal data or the law is involved",
            "unsure": "money, personal data or the law may be involved",
            "no": "no money, personal data or law is involved",
        },
    ),
    Question(
        "around",
        "Is there a way around it?",
        {"no": "No", "hard": "A hard one", "easy": "An easy one"},
        {
            "no": "there is no way around it",
            "hard": "the way around it is hard",
            "easy": "the way around it is easy",
        },
    ),
    Question(
        "worse",
        "Is it getting worse?",
        {"yes": "Yes", "same": "It stays the same", "better": "It gets better"},
        {
            "yes": "it is getting worse",
            "same": "it stays the same",
            "better": "it gets better",
        },
    ),
)
FIELDS = tuple(question.field for question in QUESTIONS)


@dataclass(frozen=True)
class Answers:
    """What was answered; empty where nothing was, or nothing that we know."""

    who: str = ""
    much: str = ""
    touches: str = ""
    around: str = ""
    worse: str = ""

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> "Answers":
        """The answers as a form sends them, with the prefix; what nobody knows is left out."""
        known = {}
        for question in QUESTIONS:
            answer = sent.get(question.field, "")
            known[question.name] = answer if answer in question.answers else ""
        return cls(**known)

    @property
    def given(self) -> bool:
        return any(vars(self).values())

    @property
    def in_words(self) -> str:
        """What was said, as a list in a sentence: "customers notice it, a small thing fails"."""
        said = [question.said.get(getattr(self, question.name)) for question in QUESTIONS]
        return ", ".join(text for text in said if text)


NOTHING_SAID = Answers()


@dataclass(frozen=True)
class Advice:
    """How bad it looks, and the one reason that decided. `is_raised`: it is getting worse."""

    level: SeverityLevel
    because: str
    is_raised: bool = False


Sign = tuple[SeverityLevel, str]
WORST, SERIOUS, MINOR, SMALL = SeverityLevel


def advise(answers: Answers) -> Advice | None:
    """What these answers suggest; None while they say too little.

    The worst sign decides, and of equally bad ones the first. What gets worse is one level worse.
    """
    found = list(_signs(answers))
    if not found:
        return None
    level, because = min(found, key=lambda sign: sign[0])
    if answers.worse == "yes" and level > WORST:
        return Advice(SeverityLevel(level - 1), because, is_raised=True)
    return Advice(level, because)


def _signs(answers: Answers) -> Iterator[Sign]:
    yield from _of_what_it_touches(answers)
    if answers.who == "customers":
        yield _of_customers(answers.much, answers.around)
    elif answers.who == "colleagues":
        yield _of_colleagues(answers.much, answers.around)
    elif answers.who == "nobody":
        yield SMALL, "nobody notices it yet"


def _of_what_it_touches(answers: Answers) -> Iterator[Sign]:
    if answers.touches == "yes" and answers.who == "customers":
        yield WORST, "customers notice it, and money, personal data or the law is involved"
    elif answers.touches == "yes":
        yield SERIOUS, "money, personal data or the law is involved"
    elif answers.touches == "unsure":
        yield MINOR, "money, personal data or the law may be involved, and nobody is sure"


def _of_customers(much: str, around: str) -> Sign:
    if much == "little":
        return MINOR, "customers notice it, but only a small thing fails"
    if around == "easy":
        if much == "all":
            return SERIOUS, "all of it fails for customers, though there is an easy way around"
        return MINOR, "customers notice it, and there is an easy way around"
    stuck = ", and there is no easy way around" if around else ""
    if much == "all":
        return WORST, f"customers cannot work{stuck}"
    if not much:
        return SERIOUS, f"customers notice it{stuck}"
    return SERIOUS, f"a part that matters fails for customers{stuck}"


def _of_colleagues(much: str, around: str) -> Sign:
    if around == "easy" or much == "little":
        return SMALL, "only colleagues notice it, and they can work"
    if much == "all":
        stuck = ", and there is no easy way around" if around else ""
        return MINOR, f"colleagues cannot work{stuck}"
    return SMALL, "only colleagues notice it"
