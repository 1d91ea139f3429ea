"""What a search answers with, and everything that has a name, as it ranks it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from config.front.logic.asking import Asked
from config.front.logic.closeness import words_of
from config.front.logic.pages import PAGES
from config.front.queries.in_doubt import Answer
from incidents.models import Incident
from incidents.queries.preview import Preview
from rosters.models import Service, StakeholderRole
from rosters.queries.contacts import Square
from rosters.queries.oncall import Duty
from runbooks.models import GlossaryTerm, Runbook

SURE = 0.4
"""From here on a thing is what was meant."""


@dataclass(frozen=True)
class Hit:
    """One thing that was found. `view` and `key` are its address, `anchor` a place on it."""

    title: str
    detail: str
    view: str
    key: str
    anchor: str = ""
    tag: str = ""
    severity: int | None = None
    score: float = 0.0


@dataclass(frozen=True)
class Group:
    """What was found of one kind, the closest first."""

    name: str
    slug: str
    hits: Sequence[Hit]

    @property
    def best(self) -> float:
        """How close its closest is."""
        return max(hit.score for hit in self.hits)


@dataclass(frozen=True)
class WhoToCall:
    """Whom we would call for one service now."""

    service: Service
    preview: Preview
    roles: tuple[Square, ...] = ()
    is_open: tuple[Incident, ...] = ()
    """What is open on exactly this service, the most severe first."""


@dataclass(frozen=True)
class Found:
    """Everything for one question. `meant` is the question without its slips, if it had any.

    `choices` are the services that fit equally well: then none of them is `who`.
    """

    asked: Asked
    groups: Sequence[Group] = ()
    who: WhoToCall | None = None
    meant: str = ""
    role: Answer | None = None
    choices: tuple[WhoToCall, ...] = ()
    is_open: tuple[Incident, ...] = ()
    """The worst that is open about it: it stands above everything else."""

    @property
    def total(self) -> int:
        return sum(len(group.hits) for group in self.groups) + len(self.is_open)

    @property
    def best(self) -> Hit | None:
        """What comes closest, of whatever kind."""
        return self.groups[0].hits[0] if self.groups else None

    @property
    def somebody(self) -> Hit | None:
        """The one person who was meant, if it was a person."""
        people = next((group.hits for group in self.groups if group.slug == "people"), ())
        is_theirs = len(people) == 1 and self.best == people[0] and people[0].score >= SURE
        return people[0] if is_theirs else None

    @property
    def says(self) -> str:
        """What the person who was meant does now: Mei Tan is backup for Payments."""
        hit = self.somebody
        if hit is None:
            return ""
        return f"{hit.title} is {hit.tag[:1].lower()}{hit.tag[1:]}" if hit.tag else hit.title

    @property
    def is_answered(self) -> bool:
        """Whether the page begins with an answer, not with a question back."""
        return bool(self.who or self.choices or self.somebody)


class Somebody(NamedTuple):
    """A person, as far as a search asks."""

    pk: int
    full_name: str
    short_name: str


class Named(NamedTuple):
    """A service, as far as a search asks."""

    pk: int
    slug: str
    name: str
    customer_impact: str
    labels: list[str]
    team: str


@dataclass
class Names:
    """Everything that has a name."""

    people: list[Somebody] = field(default_factory=list)
    services: list[Named] = field(default_factory=list)
    runbooks: list[Runbook] = field(default_factory=list)
    terms: list[GlossaryTerm] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    roles: list[StakeholderRole] = field(default_factory=list)

    def words(self) -> set[str]:
        names: Iterable[str] = chain(
            (person.full_name for person in self.people),
            (service.name for service in self.services),
            (runbook.title for runbook in self.runbooks),
            (f"{term.term} {term.instead_of}" for term in self.terms),
            (duty.roster.name for duty in self.duties),
            (role.name for role in self.roles),
            (text for page in PAGES for text in (page.title, *page.called)),
        )
        return {word for name in names for word in words_of(name)}
