"""Pages that people look for by what they do there, not by a name. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.front.logic.closeness import closeness


@dataclass(frozen=True)
class Page:
    """One page: its title and what it is for, the name of its address, and what people call it."""

    title: str
    detail: str
    view: str
    called: tuple[str, ...]
    anchor: str = ""
    is_for_pay: bool = False

    def score(self, asked: Sequence[str]) -> float:
        """How close it comes to what was asked."""
        return max(closeness(asked, one) for one in (self.title, *self.called))


PAGES = (
    Page(
        "Hours for pay",
        "The hours of a month on call, by person, to export",
        "rosters:pay",
        ("pay", "payroll", "pay export", "on-call pay", "on call pay", "wages", "salary"),
        is_for_pay=True,
    ),
    Page(
        "Your next week on call",
        "The letter that we send on Fridays at noon, as it will be",
        "front:me",
        ("friday outlook", "outlook", "friday letter", "week ahead", "weekly letter", "my shifts"),
        anchor="friday",
    ),
    Page(
        "What Muster sends by itself",
        "Reminders, the letter on Fridays, gaps each week",
        "front:help",
        ("friday outlook", "weekly message", "weekly letter", "reminders", "shift reminder"),
        anchor="letters",
    ),
    Page(
        "Shifts that change hands",
        "Swaps that are asked for, offered and agreed",
        "rosters:swaps",
        ("swaps", "swap a shift", "give a shift away", "shift swap", "cover me"),
    ),
    Page(
        "Cover for the next 30 days",
        "Where somebody is missing, on every roster",
        "rosters:coverage",
        ("coverage", "gaps", "rota gaps", "public holidays"),
    ),
    Page(
        "Absences",
        "Who is away, and who covers",
        "rosters:absences",
        ("leave", "holiday", "vacation", "away", "i am away"),
    ),
    Page(
        "Shifts in your calendar",
        "A secret address for your calendar program",
        "rosters:calendars",
        ("calendar", "ical", "ics feed"),
    ),
)
