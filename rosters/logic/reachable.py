"""People as the resolver knows them: how they are reached, and when they count as nobody. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from rosters.logic.spans import Span

BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)
ALWAYS: tuple[Span, ...] = ((BEGINNING, END),)


@dataclass(frozen=True)
class Contact:
    """One contact point to use, this long after the decision to tell.

    `is_trusted`: it is verified, and nobody reported it as wrong. `is_spare`: it is used only when
    another one fails.
    """

    contact_point_id: int
    channel: str
    delay: timedelta = timedelta(0)
    is_trusted: bool = field(default=True, compare=False)
    is_spare: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class PersonSpec:
    """One person: how to reach them, and when they are away.

    `contacts` by urgency, as the person's rules say; under "any" all that can be used. `channels`:
    what each severity may use, as far as administrators have chosen.
    """

    person_id: int
    full_name: str
    short_name: str
    time_zone: str
    contacts: Mapping[str, tuple[Contact, ...]] = field(default_factory=dict)
    left_at: datetime | None = None
    away: tuple[Span, ...] = ()
    channels: Mapping[int, tuple[str, ...]] = field(default_factory=dict, compare=False)
    language: str = "en"

    def has_left(self, at: datetime) -> bool:
        return self.left_at is not None and self.left_at <= at

    def is_away(self, at: datetime) -> bool:
        return any(starts_at <= at < ends_at for starts_at, ends_at in self.away)

    @property
    def can_be_told(self) -> bool:
        """Whether there is any way to reach this person."""
        return any(self.contacts.values())

    @property
    def counts_as_nobody(self) -> tuple[Span, ...]:
        """When nobody can tell this person anything: away, gone, or always without an address."""
        if not self.can_be_told:
            return ALWAYS
        return self.away if self.left_at is None else (*self.away, (self.left_at, END))


@dataclass(frozen=True)
class MemberSpec:
    """One member of a team."""

    person_id: int
    is_lead: bool = False


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be told. `reason` reads after "You are": on call for Payments."""

    person_id: int
    full_name: str
    short_name: str
    time_zone: str
    reason: str
    language: str = "en"
