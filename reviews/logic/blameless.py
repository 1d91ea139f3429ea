"""Finds words that look for a culprit, and offers a kinder way. Suggests, never blocks. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


def _one_of(words: str) -> str:
    return "(?:" + "|".join(words.split(", ")) + ")"


NOT = r"(?:n['\u2019]t| not)"
DONE = _one_of(
    r"been, seen, known, done, gone, caught, made, taken, found, told, read, run, thought, kept"
    r", put, set, \w+ed"
)
ROLE = _one_of(
    "engineer, developer, operator, admin, responder, on-call(?: engineer)?, team, vendor, intern"
    ", manager"
)
SOMEBODY = rf"(?:he|she|they|you|the {ROLE})"
FAILED = _one_of(
    "broke, deleted, dropped, misconfigured, mistyped, crashed, caused, ignored, missed, overlooked"
    ", forgot, failed, neglected, took down, messed up, screwed up"
    ", triggered the (?:outage|incident)"
    ", (?:pushed|deployed|merged|shipped) (?:a |the )?(?:bad|broken|faulty|buggy)"
)
LOOKED = _one_of("check, follow, notice, realise, realize, read, test, see, escalate, tell")
LABEL = _one_of(
    r"careless\w*, sloppy, negligen\w+, lazy, incompetent\w*, reckless\w*, complacen\w+, rookie"
    r", inattenti\w+, stupid\w*"
)
HINDSIGHT = _one_of(
    "obvious(?:ly)?, clearly, of course, (?:in|with) hindsight, simply, merely, common sense"
)
WISH = _one_of(
    "be (?:more )?careful, pay (?:more|closer) attention, remember to, try harder"
    ", be more (?:vigilant|diligent), remind (?:everyone|people|the team), double[- ]check"
)

KINDER = {
    "what-if": "Say what happened, and what people could see. Put the idea in an action.",
    "human-error": "Name the condition that made the slip easy and the damage large.",
    "label": "Describe the workload, the screen or the rule instead of the person.",
    "fault": "Write what made this possible, not who was near it.",
    "hindsight": "It looks clear now. Say what was clear then.",
    "why-you": "Ask how or what: “What did you see?”",
    "one-cause": "Several things come together. Name each as something that made it possible.",
    "weak-action": "Change a tool, a default, an alert or a rule.",
    "person-failed": "Make the system the subject: “The tool allowed …”, “The alert did not …”.",
    "person-missed": "Say what the person could see, and what would have prompted them.",
}
RULES = (
    ("what-if", rf"(?:should|could|would|ought to){NOT}? have {DONE}"),
    ("what-if", "if only"),
    (
        "what-if",
        "had (?:we|they|he|she|you) (?:just |only )?(?:known|checked|noticed|followed|tested)",
    ),
    ("human-error", r"(?:human|operator|user|pilot) error|fat[- ]finger\w*"),
    ("label", LABEL),
    ("fault", "to blame|blamed?|at fault|whose fault|culprit|guilty"),
    ("fault", r"(?:his|her|their|\w+['\u2019]s) (?:mistake|fault|error)"),
    ("hindsight", HINDSIGHT),
    ("why-you", rf"why did{NOT}? (?:you|he|she|they)"),
    ("one-cause", "(?:the |single )root cause"),
    ("weak-action", WISH),
    ("person-failed", rf"{SOMEBODY} (?:\w+ly )?(?:had )?{FAILED}"),
    ("person-missed", rf"{SOMEBODY} did{NOT} (?:\w+ly )?{LOOKED}"),
)


def _compiled(rules: Iterable[tuple[str, str]]) -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for name, words in rules]


ANYBODY = _compiled(RULES)


@dataclass(frozen=True)
class Hint:
    """One place in a text, from `start` until `end`; `words` is what stands there."""

    start: int
    end: int
    rule: str
    words: str

    @property
    def kinder(self) -> str:
        return KINDER[self.rule]


def hints(text: str, *, names: Iterable[str] = ()) -> tuple[Hint, ...]:
    """Places to say differently, in the order of the text and never overlapping.

    `names` are full names of people near the incident: they may stand in a review, but not as the
    ones who failed. Their first names count too.
    """
    found = sorted(
        (
            Hint(match.start(), match.end(), rule, match[0])
            for rule, pattern in (*ANYBODY, *_about(names))
            for match in pattern.finditer(text)
        ),
        key=lambda hint: (hint.start, -hint.end),
    )
    kept: list[Hint] = []
    for hint in found:
        if not kept or hint.start >= kept[-1].end:
            kept.append(hint)
    return tuple(kept)


def _about(names: Iterable[str]) -> list[tuple[str, re.Pattern[str]]]:
    full = {name.strip() for name in names if name.strip()}
    known = sorted(full | {name.split()[0] for name in full}, key=len, reverse=True)
    if not known:
        return []
    named = "(?:" + "|".join(re.escape(name) for name in known) + ")"
    return _compiled(
        (
            ("person-failed", rf"{named} (?:\w+ly )?(?:had )?{FAILED}"),
            ("person-missed", rf"{named} did{NOT} \w+"),
            ("fault", rf"(?:caused by|because of|due to|fault of) {named}"),
        )
    )
