"""The tour of five steps for the first sign-in: what to see first, for whom. Plain Python."""

from dataclasses import dataclass
from enum import StrEnum


class Reader(StrEnum):
    """What somebody mostly comes to Muster for."""

    ADMINISTRATOR = "administrator"
    RESPONDER = "responder"
    OWNER = "owner"
    STAKEHOLDER = "stakeholder"
    PLAIN = "plain"


@dataclass(frozen=True)
class Step:
    """One stop: the page it stands on, and two or three sentences about it."""

    page: str
    title: str
    text: str


@dataclass(frozen=True)
class Stop:
    """One step of a reader's tour, counted from 1."""

    number: int
    total: int
    step: Step

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def is_last(self) -> bool:
        return self.number == self.total


NOW = Step(
    "front:now",
    "This is Now",
    "Every open incident stands here, the worst first. The grey band on each card says what happens"
    " next, when, and to whom. If nothing is open, this page is quiet.",
)
STATUS = Step(
    "incidents:status",
    "Status says what customers notice",
    "No technical words: what does not work, what still does, and at what time you hear more. You"
    " can send a colleague here.",
)
SCORECARDS = Step(
    "reviews:scorecards",
    "Scorecards say how it went",
    "For each service: how fast people answered and how long customers were affected. Every number"
    " comes with a sentence, and says when it is too small to count on.",
)
ME = Step(
    "front:me",
    "Me says whether we reach you",
    "Your numbers, your next shifts and your actions. Press “Test it” beside your phone now, and"
    " say so when the test has arrived. You open this page by your name.",
)
MY_PAGE = Step(
    "front:me",
    "Me is your own page",
    "How we reach you, your time zone, light or dark. If a number is wrong, change it here. You"
    " open this page by your name.",
)
HELP = Step(
    "front:help",
    "Here is help",
    "One card for whoever leads an incident, one sheet with everybody to phone, our words, and what"
    " to do when Muster is down. You can take this tour again from here.",
)
FIRST_NIGHT = Step(
    "front:help",
    "Here is help",
    "Read “Your first night on call” before your first shift. It takes ten minutes. You can take"
    " this tour again from here.",
)

TOURS: dict[Reader, tuple[Step, ...]] = {
    Reader.ADMINISTRATOR: (
        NOW,
        Step(
            "incidents:rules",
            "Rules say who is called",
            "Each service has a rule in plain sentences: who is called straight away, and who after"
            " how many minutes. The engine does exactly what stands here.",
        ),
        Step(
            "rosters:on_call",
            "On call says who that is today",
            "Gaps stand first, days before they hurt. The menu's “Admin” is where you add people,"
            " change rosters and name who fills a role.",
        ),
        Step(
            "front:services",
            "Services show what is missing",
            "Seven checks say whether a service is ready for a bad night: owner, backup, rule,"
            " roster, runbook, contacts, drill. Each missing one links to where it is mended.",
        ),
        HELP,
    ),
    Reader.RESPONDER: (
        NOW,
        ME,
        Step(
            "incidents:list",
            "Every incident has one page",
            "“Acknowledge” means “I am looking at it”: the calls stop. You do not have to mend it"
            " alone, and you can hand it back. Each page says who is called next.",
        ),
        Step(
            "runbooks:list",
            "Runbooks say what to do",
            "Short steps, written by people who were there before. The incident page shows the one"
            " that fits. If a step is wrong, say so in the review.",
        ),
        FIRST_NIGHT,
    ),
    Reader.OWNER: (
        NOW,
        Step(
            "front:services",
            "These are the services",
            "Find yours. Seven checks say whether it is ready for a bad night. Each missing one"
            " links to where it is mended.",
        ),
        Step(
            "incidents:rules",
            "Rules say who is called",
            "Read the rule of your service once, aloud. If a name in it surprises you, change it"
            " before the night does.",
        ),
        ME,
        HELP,
    ),
    Reader.STAKEHOLDER: (NOW, STATUS, SCORECARDS, MY_PAGE, HELP),
    Reader.PLAIN: (STATUS, NOW, SCORECARDS, MY_PAGE, HELP),
}


def stop(reader: Reader, number: int) -> Stop:
    """The step `number` of this reader's tour; too small or too large is the nearest."""
    steps = TOURS[reader]
    number = max(1, min(number, len(steps)))
    return Stop(number, len(steps), steps[number - 1])
