"""What the admin says about rosters, overrides, absences and cells of the matrix."""

from datetime import datetime

from config.portal.sentences import Sentence, sentence
from rosters.enums import OverrideKind
from rosters.models import Absence, MatrixEntry, Override
from rosters.queries.oncall import Duty


def override_sentence(override: Override) -> Sentence:
    """Who is on call instead of whom, where and when."""
    window = "on {roster} from {from_at} until {until_at}."
    params = {
        "person": str(override.person or ""),
        "other_person": str(override.instead_of or "everybody else"),
        "roster": str(override.roster),
        "from_at": override.starts_at,
        "until_at": override.ends_at,
    }
    patterns = {
        OverrideKind.REPLACE: "{person} is on call instead of {other_person} ",
        OverrideKind.ADD: "{person} is on call too ",
        OverrideKind.REMOVE: "{other_person} is not on call ",
        OverrideKind.SHADOW: "{person} rides along and is not called ",
    }
    return sentence(patterns[OverrideKind(override.kind)] + window, **params)


def absence_sentence(absence: Absence) -> Sentence:
    """Who is away, and when."""
    return sentence(
        "{person} is away from {from_at} until {until_at}.",
        person=str(absence.person),
        from_at=absence.starts_at,
        until_at=absence.ends_at,
    )


def cell_sentences(entry: MatrixEntry, *, now: datetime) -> list[Sentence]:
    """Who fills the role, who stands in, and whether anybody confirmed it."""
    return [*_filled(entry, now=now), _confirmed(entry)]


def _filled(entry: MatrixEntry, *, now: datetime) -> list[Sentence]:
    params = {"role": str(entry), "backup": str(entry.backup or "")}
    if entry.roster:
        pattern = "Whoever is on call on {roster} is the {role}."
        return [sentence(pattern, roster=str(entry.roster), **params)]
    person = str(entry.person or "Nobody")
    if entry.person and entry.person.has_left(now):
        return [sentence("{person} is named as the {role} and has left.", person=person, **params)]
    if entry.backup:
        pattern = "{person} is the {role}. {backup} stands in."
        return [sentence(pattern, person=person, **params)]
    return [sentence("{person} is the {role}. Nobody stands in.", person=person, **params)]


def _confirmed(entry: MatrixEntry) -> Sentence:
    if entry.confirmed_at is None:
        return sentence("Nobody has confirmed it.")
    who = str(entry.confirmed_by or "Somebody")
    return sentence("{who} confirmed it at {when_at}.", who=who, when_at=entry.confirmed_at)


def duty_sentence(duty: Duty) -> str:
    """Who is on call, who is the backup, until when, and who is missing and why."""
    return " ".join([_on_call(duty), *duty.missing])


def _on_call(duty: Duty) -> str:
    if duty.is_gap:
        return f"Nobody is on call{_until(duty)}. Calls go to the next step of each rule."
    verb = "is" if len(duty.first) == 1 else "are"
    backup = f"backup {_all(duty.backup)}" if duty.backup else "without a backup"
    return f"{_all(duty.first)} {verb} on call{_until(duty)}, {backup}."


def _until(duty: Duty) -> str:
    if duty.until is None:
        return ""
    local = duty.until.astimezone(duty.zone)
    return f" until {local:%A, %d %B %Y, %H:%M} ({duty.zone.key})"


def _all(names: tuple[str, ...]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
