"""What every carrier is given, what it answers, and how an account with one is described."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol, runtime_checkable

from rosters.enums import FailureReason


@dataclass(frozen=True)
class Outgoing:
    """One message as it leaves, every placeholder filled.

    `idempotency_key` is the same for every attempt at the same message, so that a receiver can
    recognise a second copy. `thread_key` is the same for everything about one incident;
    `thread_root` is the carrier's own reference of the first message that it took of this thread
    for this address, empty when this is the first. `language` is what it is written in.
    """

    message_id: int
    address: str
    person_name: str
    channel: str
    subject: str
    body: str
    thread_key: str
    idempotency_key: str
    answer_link: str
    at: datetime
    thread_root: str = ""
    language: str = "en"

    @property
    def below_subject(self) -> str:
        """The body without a first paragraph that says no more than the subject above it."""
        first, _, rest = self.body.partition("\n\n")
        return rest if rest and first.strip().rstrip(".") in self.subject else self.body


@dataclass(frozen=True)
class Receipt:
    """A carrier took the message; `reference` is its own name for it, if it gave one."""

    reference: str = ""


class SendFailed(Exception):
    """A carrier did not take the message. Permanent: trying again would not help.

    `detail` is the carrier's own text, for administrators; `reason` says it to everybody.
    `is_away`: the carrier itself could not be reached, so it would not take any other one now.
    `retry_after`: when it wants to be asked again, in seconds.
    """

    def __init__(
        self,
        detail: str,
        *,
        permanent: bool,
        is_away: bool = False,
        reason: FailureReason | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.permanent = permanent
        self.is_away = is_away
        self.reason = reason or _usual(permanent=permanent, is_away=is_away)
        self.retry_after = retry_after

    @property
    def is_about_account(self) -> bool:
        """Whether no message would pass, because the account itself is refused."""
        return self.reason == FailureReason.ACCOUNT

    @property
    def blames_carrier(self) -> bool:
        """Whether it says something of the carrier, rather than of this one message."""
        return self.is_about_account or (not self.permanent and self.reason != FailureReason.BROKEN)


def _usual(*, permanent: bool, is_away: bool) -> FailureReason:
    if is_away:
        return FailureReason.AWAY
    return FailureReason.REFUSED if permanent else FailureReason.BUSY


class Carrier(Protocol):
    """Hands one message to the outside within seconds, or raises SendFailed.

    `wants_answer_link`: it can offer the answer itself, as keys or buttons, whatever the body says.
    `is_in_house`: it works in Muster's own database, and only where no account does the work. Any
    other runs in a thread of its own, and must not touch the database.
    `takes_replies`: whoever reads a text message can reply to it, and Muster hears that.
    """

    wants_answer_link: bool
    is_in_house: bool
    takes_replies: bool

    def send(self, outgoing: Outgoing) -> Receipt: ...


@runtime_checkable
class Checked(Protocol):
    """A carrier that can be asked without a message whether it would take one.

    Returns when it would, raises SendFailed when it would not; within seconds, as `send`.
    """

    def check(self, *, at: datetime) -> None: ...


CALLBACK = "callback"
"""Under this name the settings hold the address at which the carrier calls back."""


class Settings(Mapping[str, str]):
    """What an account was set up with, unsealed. It never says what it holds."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> str:
        return self._values.get(name, "")

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<settings: {', '.join(sorted(self._values))}>"


def _nothing_wrong(_typed: str) -> str | None:
    return None


@dataclass(frozen=True)
class Field:
    """One thing that an account is set up with. A secret is never shown again.

    `choices` are pairs of value and label; without any it is text. `why_not` says in a sentence
    what is wrong with what was typed; it is never asked about nothing.
    """

    name: str
    label: str
    hint: str = ""
    is_secret: bool = False
    is_required: bool = True
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    why_not: Callable[[str], str | None] = _nothing_wrong


REPLIES = Field(
    "replies",
    "Answers by text message",
    "Only where texts that come in are sent on to the address of this account.",
    is_required=False,
    default="no",
    choices=(("no", "Nobody can reply"), ("yes", "People reply with a number")),
)
"""Whether a text message offers numbers to reply with: a promise that only the set-up can keep."""


@dataclass(frozen=True)
class Heard:
    """A request at an account's door, as it came. Names of headers are in lower case.

    `url` is the address that the carrier was told, whatever host the request came by.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    content_type: str = ""


class Fate(Enum):
    """What a carrier says of a message, what its receiver pressed, or that somebody wrote."""

    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    ACKNOWLEDGED = "acknowledged"
    PASSED_ON = "passed_on"
    WROTE = "wrote"


@dataclass(frozen=True)
class Report:
    """One thing that a carrier tells of one message.

    The message is found by its carrier's `reference` or by our own `message_id`; what somebody
    wrote (`text`) by the `address` it came from. `event_id` is the same for each copy of the same
    report; `proof` differs for each request that was signed anew, and is empty where signatures
    know no time. `by` is the address of whoever pressed, where the carrier says so.
    """

    fate: Fate
    event_id: str
    proof: str = ""
    reference: str = ""
    message_id: int | None = None
    address: str = ""
    by: str = ""
    detail: str = ""
    text: str = ""


class Unproved(Exception):
    """A request at the door is not the carrier's. `is_late`: it was once, too long ago."""

    def __init__(self, sentence: str, *, is_late: bool = False) -> None:
        super().__init__(sentence)
        self.is_late = is_late


@dataclass(frozen=True)
class Kind:
    """One sort of carrier. `make` gives a carrier for an account's settings.

    `hear` reads what the carrier calls back with: reports, none for what is of no interest; raises
    Unproved. Without it the carrier never calls back. `say` writes what the carrier is answered, as
    type and body; without it that is JSON. `untried` says what nobody could try.
    """

    slug: str
    name: str
    about: str
    channels: tuple[str, ...]
    fields: tuple[Field, ...]
    make: Callable[[Settings], Carrier]
    hear: Callable[[Settings, Heard, datetime], list[Report]] | None = None
    say: Callable[[str, Heard], tuple[str, str]] | None = None
    calls_back: str = ""
    untried: str = ""

    def wrong(self, given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Each field whose value cannot be used, by its name, with a sentence that says why."""
        for one in self.fields:
            typed = given.get(one.name, "")
            if typed and (sentence := one.why_not(typed)):
                yield one.name, sentence

    @property
    def has_door(self) -> bool:
        """Whether its carrier calls back."""
        return self.hear is not None

    @property
    def secret_names(self) -> frozenset[str]:
        return frozenset(one.name for one in self.fields if one.is_secret)
