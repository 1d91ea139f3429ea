"""What a finding comes to, in sentences: from when, for whom, for how long. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.portal.sentences import Param, Sentence, phrase, spoken
from incidents.enums import FindingKind
from rosters.logic import whys
from rosters.logic.spans import Span

MINUTE = timedelta(minutes=1)
WORDS = {1: phrase("critical"), 2: phrase("serious"), 3: phrase("minor"), 4: phrase("small")}
ALL = tuple(WORDS)
NO_PHONE = "We have no phone number of theirs."
UNPROVED = "Nobody has shown that the number works."
UNTESTED = "The number was last tested more than 90 days ago."

NOW = {
    FindingKind.NOBODY: "{sort} would reach nobody now. That lasts until {ends_at}.",
    FindingKind.LEAVE: "{who} are both away now. One is the backup of the other. That lasts until"
    " {ends_at}.",
    FindingKind.SAME: "Call {first} and call {then} for {sort} both go to {who} now. That lasts"
    " until {ends_at}.",
    FindingKind.LAST: "The last call for {sort} reaches nobody now. That lasts until {ends_at}.",
    FindingKind.DELAY: "{who} is called now for {sort}. The phone rings {delay_minutes} later, and"
    " by then we call the next person.",
    FindingKind.NUMBER: "{who} is called now for {sort}. {why}",
    FindingKind.MILDER: "{sort} would now wake {many} people, and a worse one {few}.",
    FindingKind.APPROVER: "{who} is {role} and {approver} now. To {what}, nobody else"
    " would have to agree.",
}
LATER = {
    FindingKind.NOBODY: "From {starts_at} {sort} would reach nobody for {for_minutes}.",
    FindingKind.LEAVE: "From {starts_at} {who} are both away for {for_minutes}. One is the backup"
    " of the other.",
    FindingKind.SAME: "From {starts_at} call {first} and call {then} for {sort} both go to {who},"
    " for {for_minutes}.",
    FindingKind.LAST: "From {starts_at} the last call for {sort} reaches nobody for {for_minutes}.",
    FindingKind.DELAY: "From {starts_at} {who} is called for {sort}. The phone rings"
    " {delay_minutes} later, and by then we call the next person.",
    FindingKind.NUMBER: "From {starts_at} {who} is called for {sort}. {why}",
    FindingKind.MILDER: "From {starts_at} {sort} would wake {many} people, and a worse one {few}.",
    FindingKind.APPROVER: "From {starts_at} {who} is {role} and {approver}. To {what}, nobody"
    " else would have to agree.",
}
ALWAYS = {
    FindingKind.NO_RULE: "No rule holds for {sort}. We would call nobody.",
    FindingKind.NOBODY: "{sort} would reach nobody at any time.",
    FindingKind.SAME: "Call {first} and call {then} for {sort} always go to {who}.",
    FindingKind.LAST: "The last call for {sort} reaches nobody.",
    FindingKind.ENDS: "When the rounds for {sort} are over, we call nobody any more.",
    FindingKind.DELAY: "{who} is called for {sort}. The phone rings {delay_minutes} later, and by"
    " then we call the next person.",
    FindingKind.NUMBER: "{who} is called for {sort}. {why}",
    FindingKind.MILDER: "{sort} would wake {many} people, and a worse one {few}.",
    FindingKind.APPROVER: "{who} is {role} and {approver}. To {what}, nobody else would have to"
    " agree.",
}
SOONER = {
    "now": "{sort} would now wake somebody sooner than a worse one.",
    "later": "From {starts_at} {sort} would wake somebody sooner than a worse one.",
    "always": "{sort} would wake somebody sooner than a worse one.",
}
SAYS = {
    FindingKind.NO_RULE: "Choose a policy for it",
    FindingKind.NOBODY: "Put somebody in",
    FindingKind.LEAVE: "Find a stand-in",
    FindingKind.SAME: "Let somebody else be second",
    FindingKind.LAST: "Put somebody in",
    FindingKind.ENDS: "Let the last call repeat",
    FindingKind.DELAY: "See how they are called",
    FindingKind.NUMBER: "See their numbers",
    FindingKind.MILDER: "Change the rule",
    FindingKind.APPROVER: "Choose who must agree",
}
"""The words of the link to where it is mended."""
AGAIN = "It happens {more} in the next 90 days."
WHYS = {one: phrase(one) for one in (NO_PHONE, UNPROVED, UNTESTED)}
spoken((NOW, LATER, ALWAYS, SOONER, SAYS, AGAIN, NO_PHONE, UNPROVED, UNTESTED))

CAUSES = {
    FindingKind.NO_RULE: "No rule holds for {places}. We would call nobody.",
    FindingKind.NOBODY: "Some incidents on {places} would reach nobody.",
    FindingKind.LEAVE: "{who} are both away at the same time. One is the backup of the other.",
    FindingKind.SAME: "Two calls in a row for {places} go to {who}.",
    FindingKind.LAST: "The last call for {places} reaches nobody.",
    FindingKind.ENDS: "When the rounds for {places} are over, we call nobody any more.",
    FindingKind.DELAY: "{who} is called for {places}. The phone rings so late that by then we call"
    " the next person.",
    FindingKind.NUMBER: "{who} is called for {places}. {why}",
    FindingKind.MILDER: "A milder incident on {places} would wake more people than a worse one, or"
    " sooner.",
    FindingKind.APPROVER: "{who} would ask and agree. To {what}, nobody else would have to agree.",
}
"""What several findings have in common, whatever the service."""


@dataclass(frozen=True)
class Said:
    """What a sentence is made of, as it was found and kept."""

    kind: FindingKind
    severities: Sequence[int]
    service: str
    spans: Sequence[Span]
    times: int = 1
    whole: bool = False
    subject: str = ""
    facts: Mapping[str, Param] | None = None


def consequence(said: Said, *, now: datetime) -> Sentence:
    """What it would come to, as things are at `now`, for the next time that it is so."""
    left = [span for span in said.spans if span[1] > now] or list(said.spans[-1:])
    starts_at, ends_at = left[0]
    words = _words(said, is_now=starts_at <= now)
    params: dict[str, Param] = {
        **(said.facts or {}),
        "sort": sort(said.severities, said.service, is_first=words.startswith("{sort}")),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "for_minutes": (ends_at - starts_at) // MINUTE,
    }
    params |= {key: _known(value) for key, value in params.items() if key in FACTS}
    more = said.times - (len(said.spans) - len(left)) - 1
    if more > 0 and not said.whole:
        params["more"] = phrase("once more") if more == 1 else phrase("{n} more times", n=str(more))
        words += f" {AGAIN}"
    used = {key: value for key, value in params.items() if f"{{{key}}}" in words}
    return Sentence(words, used)


def of_cause(said: Said, *, places: int) -> Sentence:
    """What a cause comes to in `places` services together; `said` is one of its findings."""
    words = CAUSES[said.kind]
    where = "1 service" if places == 1 else f"{places} services"
    params: dict[str, Param] = {**(said.facts or {}), "places": where}
    return Sentence(words, {key: value for key, value in params.items() if f"{{{key}}}" in words})


def _words(said: Said, *, is_now: bool) -> str:
    whole = said.whole or said.kind not in NOW
    if said.kind == FindingKind.MILDER and said.subject == "sooner":
        return SOONER["always" if whole else "now" if is_now else "later"]
    if whole and said.kind in ALWAYS:
        return ALWAYS[said.kind]
    return (NOW if is_now else LATER)[said.kind]


FACTS = frozenset({"why", "role", "approver"})
SORTS: Mapping[tuple[bool, bool], str] = spoken(
    {
        (False, True): "a {levels} incident on {service}",
        (False, False): "a {levels} incident that names no service",
        (True, True): "any incident on {service}",
        (True, False): "any incident that names no service",
    }
)
"""Which incidents: by whether it is every severity, and whether a service is named."""
BEGUN = spoken({one: f"{one[0].upper()}{one[1:]}" for one in SORTS.values()})


def _known(value: Param) -> Param:
    """What was kept as text, as the phrase that made it."""
    return WHYS.get(value) or whys.known(value) if isinstance(value, str) else value


def sort(severities: Sequence[int], service: str, *, is_first: bool = False) -> str:
    """Which incidents: "a critical or serious incident on Payments"; `is_first` in a sentence."""
    words = SORTS[tuple(severities) == ALL, bool(service)]
    levels = _either([WORDS[one] for one in severities])
    return phrase(BEGUN[words] if is_first else words, levels=levels, service=service)


def _either(names: Sequence[str]) -> str:
    """ "critical, serious or minor"."""
    if len(names) < 2:
        return names[0] if names else ""
    places = {f"name{number}": name for number, name in enumerate(names[:-1])}
    before = phrase(", ".join(f"{{{place}}}" for place in places), **places)
    return phrase("{first} or {last}", first=before, last=names[-1])
