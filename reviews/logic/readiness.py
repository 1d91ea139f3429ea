"""Whether a service is ready to break: seven checks, each one sentence. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from config.portal.sentences import Param, Sentence

CONTACTS_GOOD_FOR = timedelta(days=90)
DRILL_GOOD_FOR = timedelta(days=180)


class CheckName(StrEnum):
    """What is checked, in the order in which it is mended."""

    OWNER = "owner"
    BACKUP = "backup"
    RULE = "rule"
    ROSTER = "roster"
    RUNBOOK = "runbook"
    CONTACTS = "contacts"
    DRILL = "drill"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    CheckName.OWNER: "Owner",
    CheckName.BACKUP: "Backup owner",
    CheckName.RULE: "Rule",
    CheckName.ROSTER: "Roster without gaps",
    CheckName.RUNBOOK: "Runbook",
    CheckName.CONTACTS: "Contacts confirmed",
    CheckName.DRILL: "Drill",
}


@dataclass(frozen=True)
class Facts:
    """What is known of one service. Empty words mean that there is none.

    `contacts_stale` counts those that were not confirmed within 90 days; `gap_starts_at` and
    `gap_ends_at` are the first time within 14 days in which nobody is on call.
    """

    team: str
    owner: str = ""
    backup_owner: str = ""
    policy: str = ""
    has_own_rule: bool = False
    rosters: tuple[str, ...] = ()
    gap_roster: str = ""
    gap_starts_at: datetime | None = None
    gap_ends_at: datetime | None = None
    runbooks: int = 0
    contacts: int = 0
    contacts_stale: int = 0
    drilled_at: datetime | None = None


@dataclass(frozen=True)
class Check:
    """One check of one service: done or not, and why in a sentence."""

    name: CheckName
    is_done: bool
    sentence: Sentence

    @property
    def label(self) -> str:
        return self.name.label


@dataclass(frozen=True)
class Readiness:
    """The seven checks of one service."""

    checks: tuple[Check, ...]

    @property
    def done(self) -> int:
        return sum(check.is_done for check in self.checks)

    @property
    def total(self) -> int:
        return len(self.checks)

    @property
    def missing(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.is_done)

    @property
    def first_missing(self) -> Check | None:
        return next(iter(self.missing), None)

    @property
    def is_ready(self) -> bool:
        return not self.missing


def readiness(facts: Facts, *, now: datetime) -> Readiness:
    """The checks in their order. A drill or a confirmation exactly as old as allowed still counts.

    A drill that is still to come is none.
    """
    return Readiness(
        (
            _owner(facts),
            _backup(facts),
            _rule(facts),
            _roster(facts),
            _runbook(facts),
            _contacts(facts),
            _drill(facts, now=now),
        )
    )


def _owner(facts: Facts) -> Check:
    if facts.owner:
        said = Sentence("{who} leads {team}.", {"who": facts.owner, "team": facts.team})
        return Check(CheckName.OWNER, is_done=True, sentence=said)
    said = Sentence("Nobody leads {team}.", {"team": facts.team})
    return Check(CheckName.OWNER, is_done=False, sentence=said)


def _backup(facts: Facts) -> Check:
    if facts.backup_owner:
        said = Sentence("{who} stands in.", {"who": facts.backup_owner})
        return Check(CheckName.BACKUP, is_done=True, sentence=said)
    said = Sentence("Nobody stands in for the owner.")
    return Check(CheckName.BACKUP, is_done=False, sentence=said)


def _rule(facts: Facts) -> Check:
    params = {"policy": facts.policy}
    if facts.has_own_rule:
        said = Sentence("The rule is “{policy}”.", params)
    elif facts.policy:
        said = Sentence("It has no rule of its own. We would use “{policy}”.", params)
    else:
        said = Sentence("No rule says whom we call.")
    return Check(CheckName.RULE, is_done=facts.has_own_rule, sentence=said)


def _roster(facts: Facts) -> Check:
    if not facts.rosters:
        said = Sentence("No roster is called. The rule names no roster.")
        return Check(CheckName.ROSTER, is_done=False, sentence=said)
    if facts.gap_starts_at is None:
        said = Sentence("Somebody is on call for the next 14 days.")
        return Check(CheckName.ROSTER, is_done=True, sentence=said)
    params: dict[str, Param] = {"roster": facts.gap_roster, "since_at": facts.gap_starts_at}
    if facts.gap_ends_at is None:
        said = Sentence("Nobody is on call on {roster} from {since_at}.", params)
    else:
        said = Sentence(
            "Nobody is on call on {roster} from {since_at} to {until_at}.",
            {**params, "until_at": facts.gap_ends_at},
        )
    return Check(CheckName.ROSTER, is_done=False, sentence=said)


def _runbook(facts: Facts) -> Check:
    if not facts.runbooks:
        said = Sentence("No runbook says what to do.")
    elif facts.runbooks == 1:
        said = Sentence("1 runbook says what to do.")
    else:
        said = Sentence("{number} runbooks say what to do.", {"number": facts.runbooks})
    return Check(CheckName.RUNBOOK, is_done=facts.runbooks > 0, sentence=said)


def _contacts(facts: Facts) -> Check:
    number = {"number": facts.contacts_stale, "total": facts.contacts}
    if not facts.contacts:
        said = Sentence("Nobody is named in the contact matrix.")
    elif not facts.contacts_stale:
        said = Sentence("Every contact was confirmed in the last 90 days.")
    elif facts.contacts_stale == facts.contacts == 1:
        said = Sentence("The one contact was not confirmed in the last 90 days.")
    elif facts.contacts_stale == 1:
        said = Sentence("1 of {total} contacts was not confirmed in the last 90 days.", number)
    else:
        said = Sentence(
            "{number} of {total} contacts were not confirmed in the last 90 days.", number
        )
    is_done = facts.contacts > 0 and not facts.contacts_stale
    return Check(CheckName.CONTACTS, is_done=is_done, sentence=said)


def _drill(facts: Facts, *, now: datetime) -> Check:
    drilled_at = facts.drilled_at
    if drilled_at is None or drilled_at > now:
        said = Sentence("It has never been drilled.")
        return Check(CheckName.DRILL, is_done=False, sentence=said)
    is_done = now - drilled_at <= DRILL_GOOD_FOR
    words = "The last drill was {days} days ago." if is_done else OLD_DRILL
    days = (now - drilled_at).days
    said = Sentence(words, {"days": days})
    if days < 2:
        said = Sentence("The last drill was today or yesterday.")
    return Check(CheckName.DRILL, is_done=is_done, sentence=said)


OLD_DRILL = "The last drill was {days} days ago. Plan the next one."
