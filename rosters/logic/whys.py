"""Why somebody is told, as it is read after "You are": "on call for Payments". Pure.

Messages and timeline keep these as text; `known` finds the pattern of such a text again, so that
they are read in the language of whoever reads.
"""

import re
from functools import lru_cache

from config.portal.sentences import PLACEHOLDER, Phrase, phrase, spoken

ON_CALL, BACKUP = "on call for {what}", "backup for {what}"
NEXT, NEXT_AS = "next on call for {what}", "next on call as {what}"
INSTEAD = "on call for {roster}, which takes the calls about {about} for now"
TAKING = "taking the calls about {about} for now"
ROLE_HERE, ROLE_FOR, ROLE = "the {role} of this incident", "the {role} for {place}", "the {role}"
LEAD, MEMBER, NAMED = "lead of {team}", "in the {team} team", "named in the rule"
LOOKING, WANTED, IN_IT = "looking at it", "asked to take that", "in it already"
PATTERNS = spoken(
    (
        NEXT_AS,
        NEXT,
        INSTEAD,
        ON_CALL,
        BACKUP,
        TAKING,
        MEMBER,
        ROLE_HERE,
        ROLE_FOR,
        ROLE,
        LEAD,
        NAMED,
        LOOKING,
        WANTED,
        IN_IT,
    )
)
"""The narrow ones first."""
_SHAPES = [
    (
        pattern,
        re.compile(
            PLACEHOLDER.sub(
                r"(?P<\1>.+)", re.escape(pattern).replace(r"\{", "{").replace(r"\}", "}")
            )
        ),
    )
    for pattern in PATTERNS
]


@lru_cache(maxsize=1024)
def on_call(name: str) -> tuple[Phrase, Phrase]:
    """Of whoever is first on call, and of those below."""
    return phrase(ON_CALL, what=name), phrase(BACKUP, what=name)


def following(first: str) -> Phrase:
    """Of whoever comes next, where whoever is first now has the reason `first`."""
    if isinstance(first, Phrase) and first.msgid == ON_CALL:
        return phrase(NEXT, **first.params)
    return phrase(NEXT_AS, what=first)


@lru_cache(maxsize=1024)
def known(text: str) -> str:
    """The same text; a phrase, where one of the patterns made it."""
    for pattern, shape in _SHAPES:
        if found := shape.fullmatch(text):
            parts = found.groupdict()
            if "what" in parts:
                parts["what"] = known(parts["what"])
            return phrase(pattern, **parts)
    return text
