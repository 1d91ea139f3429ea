"""What follows from a kind of harm, in sentences. Pure."""

from dataclasses import dataclass

from config.portal.sentences import Sentence, sentence
from rosters.enums import SeverityLevel


@dataclass(frozen=True)
class Defaults:
    """What a kind of harm brings along; `told_role` is empty when nobody more is told."""

    is_customer_facing: bool = True
    is_restricted: bool = False
    told_role: str = ""
    usual_severity: int | None = None


def effects(one: Defaults) -> tuple[Sentence, ...]:
    """What happens to every incident of this kind by itself; nothing for the plain ones."""
    found = []
    if one.is_restricted:
        found.append(sentence("Only those with a part in it can read it."))
    if one.told_role:
        found.append(sentence("The {role} is told at once.", role=one.told_role))
    if not one.is_customer_facing:
        found.append(sentence("It stands on no status page."))
    if one.usual_severity:
        code = SeverityLevel(one.usual_severity).code
        found.append(sentence("It is {severity} where nobody says how bad it is.", severity=code))
    return tuple(found)
