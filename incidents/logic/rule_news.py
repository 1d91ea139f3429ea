"""What changed in the rule of a service between two times that somebody looked. Pure.

A rule is what stands written: which version holds for which severity, and whom the matrix names for
the roles that it calls. Who is on call changes all the time, and is no news.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config.portal.sentences import Sentence

SEVERITIES = ("1", "2", "3", "4")


@dataclass(frozen=True)
class Seen:
    """What stood in a rule. `versions`: by severity the primary key of the version that held.

    `roles`: by the name of a role that is called, whom the matrix names for it, in words.
    """

    versions: Mapping[str, int] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"versions": dict(self.versions), "roles": dict(self.roles)}


def seen_from(stored: Mapping[str, Any]) -> Seen:
    """What `to_json` wrote."""
    return Seen(dict(stored.get("versions", {})), dict(stored.get("roles", {})))


@dataclass(frozen=True)
class Published:
    """A version as news tell of it: of which policy, who published it and why, what differs."""

    policy: str
    number: int
    by: str
    why: str
    changes: Sequence[Sentence] = ()


def news(
    before: Seen, now: Seen, versions: Mapping[int, Published], *, service: str
) -> tuple[Sentence, ...]:
    """What is new, the rule first; nothing where all is as it was."""
    return (*_of_versions(before, now, versions, service), *_of_roles(before, now))


def _of_versions(
    before: Seen, now: Seen, versions: Mapping[int, Published], service: str
) -> Iterator[Sentence]:
    told: set[tuple[int | None, int | None]] = set()
    for severity in SEVERITIES:
        old, new = before.versions.get(severity), now.versions.get(severity)
        if old == new or (old, new) in told:
            continue
        told.add((old, new))
        same = [one for one in SEVERITIES if _pair(before, now, one) == (old, new)]
        yield from _of_version(versions.get(old or 0), versions.get(new or 0), same, service)


def _pair(before: Seen, now: Seen, severity: str) -> tuple[int | None, int | None]:
    return before.versions.get(severity), now.versions.get(severity)


def _of_version(
    old: Published | None, new: Published | None, severities: Sequence[str], service: str
) -> Iterator[Sentence]:
    levels = _listed([f"SEV{one}" for one in severities])
    if new is None:
        yield Sentence(
            "No rule holds for {levels} of {service} any more. Nobody would be called.",
            {"levels": levels, "service": service},
        )
        return
    if old is None or old.policy != new.policy:
        yield Sentence(
            "For {levels}, {service} goes by the rule “{policy}” now.",
            {"levels": levels, "service": service, "policy": new.policy},
        )
    else:
        yield Sentence(
            "For {levels}, version {number} of “{policy}” holds now. {by} published it.",
            {"levels": levels, "number": new.number, "policy": new.policy, "by": new.by},
        )
        yield Sentence("Why: {why}", {"why": new.why})
        yield from new.changes


def _of_roles(before: Seen, now: Seen) -> Iterator[Sentence]:
    for role in sorted({*before.roles, *now.roles}):
        old, new = before.roles.get(role, ""), now.roles.get(role, "")
        if old == new or role not in before.roles or role not in now.roles:
            continue
        if not new:
            words = "Nobody is named as {role} any more. Before, it was {before}."
        elif not old:
            words = "The {role} is {now}. Before, nobody was named."
        else:
            words = "The {role} is {now}. Before, it was {before}."
        yield Sentence(words, {"role": role, "now": new, "before": old})


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
