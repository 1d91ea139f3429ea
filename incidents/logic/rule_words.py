"""The patterns that rules are said in, each whole: conditions, targets, what repeats. Pure."""

import itertools
from collections.abc import Mapping, Sequence

from config.portal.sentences import Phrase, phrase, spoken
from incidents.logic.summons import ASKED, About, TargetSpec, role_of
from rosters.logic.directory import ALL, BACKUP, NEXT, Directory

CONDITIONS = {
    "acknowledge": ("", "If nobody has acknowledged, "),
    "contain": ("If it is not contained, ", "If it is still not contained, "),
    "resolve": ("If it is not resolved, ", "If it is still not resolved, "),
    "update": ("If no update is posted in time, ", "If there is still no update, "),
    "review": ("If the review is not published in time, ", "If it is still not published, "),
    "fill_role": ("If nobody takes command in time, ", "If still nobody commands, "),
    "root_cause": ("If the cause is not found in time, ", "If it is still not found, "),
    "decide": ("If a question is not answered in time, ", "If it is still not answered, "),
    "attention": ("If nobody says that they are still on it, ", "If still nobody is on it, "),
    "report": ("If the authority is not told in time, ", "If it is still not told, "),
}


def _starting(call: str) -> Mapping[str, tuple[str, str]]:
    """Both patterns of each promise with its condition before them; each begins in capitals."""
    return {
        promise: (_begun(first + call), _begun(again + call))
        for promise, (first, again) in CONDITIONS.items()
    }


def _begun(pattern: str) -> str:
    return pattern[0].upper() + pattern[1:]


CALLS = spoken(_starting("we {verb} {target}."))
"""How a step is said: its first call, and those after."""
CALLS_BY_NAME = spoken(_starting("we {verb} {who}, {reason}."))
ABOUT = {
    "acknowledge": phrase("acknowledge"),
    "fill_role": phrase("role"),
    "contain": phrase("contain"),
    "resolve": phrase("resolve"),
    "update": phrase("update"),
    "review": phrase("review"),
    "root_cause": phrase("cause"),
    "decide": phrase("question"),
    "attention": phrase("attention"),
    "report": phrase("authority"),
}

ROSTER, ROLE, TEAM = "roster", "role", "team"
WHOM: Mapping[tuple[str, str], str] = spoken(
    {
        (ROSTER, ""): "the person on call for {name}",
        (ROSTER, ALL): "everybody on call for {name}",
        (ROSTER, BACKUP): "the backup for {name}",
        (ROSTER, NEXT): "whoever is on call next for {name}",
        (ROLE, ""): "the {name}",
        (ROLE, ALL): "the {name} and the backup",
        (ROLE, BACKUP): "the backup of the {name}",
        (ROLE, NEXT): "whoever is the {name} next",
        (TEAM, ""): "the lead of the {name} team",
        (TEAM, ALL): "everybody in the {name} team",
        (TEAM, BACKUP): "the others in the {name} team",
    }
)
"""Whom a target means, by what it names and what it chooses of that."""
BARE: Mapping[tuple[str, str], str] = spoken(
    {key: words.removeprefix("the ").removeprefix("person ") for key, words in WHOM.items()}
)
"""The same as read after "Nobody is"."""


def whom(
    target: TargetSpec,
    directory: Directory,
    *,
    about: About,
    words: Mapping[tuple[str, str], str] = WHOM,
) -> str:
    """Whom a target means, without a name: "the person on call for Payments"."""
    role_id = role_of(target, about)
    if target.room is not None:
        return phrase("the room {name}", name=target.room.name)
    if target.roster_id is not None:
        roster = directory.roster_names.get(target.roster_id, "this service")
        return _chosen(words, ROSTER, target, about.service_name or roster)
    if target.kind == ASKED and about.asked_role_id is None:
        return phrase("the role that is asked" if words is WHOM else "role that is asked")
    if role_id is not None:
        role = directory.role_names.get(role_id, "responsible person")
        return _chosen(words, ROLE, target, role)
    if target.person_id is not None:
        person = directory.people.get(target.person_id)
        return person.full_name if person else phrase("somebody we do not know")
    return _chosen(words, TEAM, target, directory.team_names.get(target.team_id or 0, "owner"))


def _chosen(
    words: Mapping[tuple[str, str], str], kind: str, target: TargetSpec, name: str
) -> Phrase:
    return phrase(words.get((kind, target.choose)) or words[kind, ""], name=name)


LEFT_OUT = spoken("We leave out {target} and make the next call at once.")
USUALLY = spoken(
    {
        True: "Usually this is after {usual_minutes}. The step before is left out now.",
        False: "Usually this is after {usual_minutes}. The step before reaches nobody now.",
    }
)
TOP, FROM_STEP, ONCE, CATCH_ALL, NOBODY_AFTER = spoken(
    (
        "If nobody has acknowledged, we start again from the top. We do this {again}.",
        "If nobody has acknowledged, we start again from step {from_step}. We do this {again}.",
        "If nobody has acknowledged, we do not start again.",
        "After that, we {verb} {target} every {every_minutes}, for {whole_minutes}.",
        "After that, we call nobody. The incident's page says so.",
    )
)


def _summary(waits: Sequence[bool]) -> str:
    parts = [
        f"{{p{number}_who}}{f' after {{p{number}_minutes}}' if waits_first else ''}"
        for number, waits_first in enumerate(waits)
    ]
    return f"We {{verb}} {', then '.join(parts)}."


SUMMARIES = spoken(
    {
        waits: _summary(waits)
        for length in (1, 2, 3)
        for waits in itertools.product((False, True), repeat=length)
    }
)
"""By whether each of the first calls waits."""
