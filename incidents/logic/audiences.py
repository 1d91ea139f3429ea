"""What a rule means for whoever reads it: who is called, who is told when, who decides. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from config.portal.sentences import Param, Sentence, listing, phrase, spoken
from incidents.logic.rules import RuleStep

WORDS = {1: "critical", 2: "serious", 3: "minor", 4: "small"}
WAITING = {
    "contain": phrase("it is not contained"),
    "resolve": phrase("it is not resolved"),
}
SORTS = spoken({level: f"a {word} incident on {{service}}" for level, word in WORDS.items()})


class Audience(StrEnum):
    """Who reads it."""

    RESPONDER = "responder"
    CUSTOMERS = "customers"
    EXECUTIVE = "executive"
    LEGAL = "legal"


LABELS: Mapping[Audience, str] = {
    Audience.RESPONDER: phrase("I am called"),
    Audience.CUSTOMERS: phrase("I talk to customers"),
    Audience.EXECUTIVE: phrase("I lead"),
    Audience.LEGAL: phrase("I look after the law"),
}


@dataclass(frozen=True)
class Facts:
    """What decides it. `minutes`: what is promised, by promise.

    `keeper` hears of personal data at once; `authority` must be told of it within `law_hours`.
    `agrees`: who must agree before what is done, as pairs of texts.
    """

    severity: int
    service: str
    steps: Sequence[RuleStep]
    minutes: Mapping[str, int]
    keeper: str = ""
    authority: str = ""
    law_hours: int = 0
    agrees: Sequence[tuple[str, str]] = ()

    @property
    def calls(self) -> list[RuleStep]:
        """The calls until somebody acknowledges that reach somebody."""
        return [one for one in self.steps if one.promise == "acknowledge" and one.people]

    @property
    def sort(self) -> str:
        return phrase(SORTS[self.severity], service=self.service)


def meaning(audience: Audience, facts: Facts) -> tuple[Sentence, ...]:
    """What the rule means for this reader, the most important first."""
    found = {
        Audience.RESPONDER: _responder,
        Audience.CUSTOMERS: _customers,
        Audience.EXECUTIVE: _executive,
        Audience.LEGAL: _legal,
    }[audience](facts)
    return tuple(found)


HOURS = spoken(
    {
        True: "We call at any hour.",
        False: "We wake nobody: the message waits for the morning.",
    }
)


def _responder(facts: Facts) -> Iterator[Sentence]:
    calls = facts.calls
    if not calls:
        yield Sentence("Nobody would be called for {sort}.", {"sort": facts.sort})
        return
    wakes = any(step.wakes for step in calls)
    yield Sentence(HOURS[wakes])
    yield Sentence("Press “Acknowledge” when you look at it. Then the calls stop.")
    yield Sentence("If you cannot, pass it on. We call the next person at once.")
    if within := facts.minutes.get("acknowledge"):
        words = "Somebody should acknowledge within {within_minutes}."
        yield Sentence(words, {"within_minutes": within})


def _customers(facts: Facts) -> Iterator[Sentence]:
    every = facts.minutes.get("update")
    if every:
        words = "You read a new update at least every {every_minutes}, on the status page."
        yield Sentence(words, {"every_minutes": every})
    else:
        yield Sentence("No updates are promised. Look at the incident's own page.")
    yield Sentence("Nobody calls you for {sort}. You need not do anything.", {"sort": facts.sort})
    if within := facts.minutes.get("contain"):
        words = "Customers should no longer be affected within {within_minutes}."
        yield Sentence(words, {"within_minutes": within})
    yield Sentence("Say what the update says, in your own words. Do not guess the cause.")


def _executive(facts: Facts) -> Iterator[Sentence]:
    if every := facts.minutes.get("update"):
        words = "On the status page you read it at once, then news at least every {every_minutes}."
        yield Sentence(words, {"every_minutes": every})
    else:
        yield Sentence("On the status page you read it at once, and each update.")
    yield Sentence("Follow it there, and each update comes to you by e-mail.")
    later = [one for one in facts.steps if one.promise in WAITING and one.people]
    for step in later:
        yield Sentence(
            "If {waiting} after {after_minutes}, we {verb} {who}.",
            {
                "waiting": WAITING[step.promise],
                "after_minutes": step.wait_minutes,
                "verb": step.verb,
                "who": listing(one.full_name for one in step.people),
            },
        )
    if not later:
        yield Sentence("Nobody above the first calls hears of {sort}.", {"sort": facts.sort})
    for what, who in facts.agrees:
        yield Sentence("Before anybody may {what}, {who} must agree.", {"what": what, "who": who})
    if within := facts.minutes.get("resolve"):
        yield Sentence(
            "All should be back to normal within {within_minutes}.", {"within_minutes": within}
        )


def _legal(facts: Facts) -> Iterator[Sentence]:
    if facts.keeper:
        words = "If personal data may be at risk, we call {who} straight away, however bad it is."
        yield Sentence(words, {"who": facts.keeper})
    else:
        yield Sentence("Nobody looks after personal data yet. Find somebody now.")
    if facts.law_hours:
        yield Sentence(
            "Then {authority} must be told within {law_minutes}. We count and remind you.",
            {"authority": facts.authority, "law_minutes": facts.law_hours * 60},
        )
    yield Sentence("We can hide it from all who have no part in it.")
    yield Sentence("We keep each call and each choice, with its time and why.")


@dataclass(frozen=True)
class Hears:
    """When one audience hears of an incident: how, first, and after that."""

    who: str
    how: Sentence
    first: Sentence
    then: Sentence


def hearing(facts: Facts) -> tuple[Hears, ...]:
    """When each audience hears from us at this severity; nobody of them need act."""
    every = facts.minutes.get("update")
    again = (
        Sentence("At least every {every_minutes}", {"every_minutes": every})
        if every
        else Sentence("When somebody writes one")
    )
    customers = (
        Sentence(
            "At once, with news {every_minutes} after somebody answers",
            {"every_minutes": every},
        )
        if every
        else Sentence("When somebody writes one")
    )
    page = Sentence("Status page, or by e-mail if they follow it")
    law = Sentence("Only if personal data may be at risk: then straight away")
    remind = (
        Sentence("{authority} is told within {law_minutes}", _law(facts))
        if facts.law_hours
        else Sentence("When something changes")
    )
    verb = Sentence("We call {who}", {"who": facts.keeper}) if facts.keeper else Sentence("Nobody")
    return (
        Hears(phrase("Who talks to customers"), page, customers, again),
        Hears(phrase("Who leads"), *_leaders(facts)),
        Hears(phrase("Who looks after the law"), verb, law, remind),
        Hears(phrase("Everybody else"), Sentence("Status page"), Sentence("At once"), again),
    )


BEGUN = phrase("The authority")


def _law(facts: Facts) -> dict[str, Param]:
    name = facts.authority
    begins = BEGUN if name == BEGUN.lower() else name[:1].upper() + name[1:]
    return {"authority": begins, "law_minutes": facts.law_hours * 60}


def _leaders(facts: Facts) -> tuple[Sentence, Sentence, Sentence]:
    later = [one for one in facts.steps if one.promise in WAITING and one.people]
    if not later:
        words = "Status page, or by e-mail if they follow it"
        return Sentence(words), Sentence("At once"), Sentence("With each update")
    first = later[0]
    how = Sentence(
        "We {verb} {who}",
        {"verb": first.verb, "who": listing(one.full_name for one in first.people)},
    )
    when = Sentence(
        "After {after_minutes}, if {waiting}",
        {"after_minutes": first.wait_minutes, "waiting": WAITING[first.promise]},
    )
    if len(later) == 1:
        return how, when, Sentence("With each update")
    following = later[1]
    then = Sentence(
        "After {after_minutes}, if {waiting}",
        {"after_minutes": following.wait_minutes, "waiting": WAITING[following.promise]},
    )
    return how, when, then
