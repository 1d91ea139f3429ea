"""Which entries of a timeline belong together, and what is left when only some are asked for."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from incidents.enums import EntryGroup, EntryKind

KINDS: Mapping[EntryGroup, frozenset[EntryKind]] = {
    EntryGroup.MILESTONES: frozenset(
        {
            EntryKind.DETECTED,
            EntryKind.DECLARED,
            EntryKind.REOPENED,
            EntryKind.ACKNOWLEDGED,
            EntryKind.ACKNOWLEDGED_BY_LINK,
            EntryKind.HANDED_BACK,
            EntryKind.CONTAINED,
            EntryKind.RESOLVED,
            EntryKind.RESOLVED_BY_ITSELF,
            EntryKind.REVIEWED,
        }
    ),
    EntryGroup.CALLS: frozenset(
        {
            EntryKind.TOLD,
            EntryKind.ROOM_TOLD,
            EntryKind.ESCALATED,
            EntryKind.STEP_SKIPPED,
            EntryKind.STEPS_PAUSED,
            EntryKind.RAN_LATE,
            EntryKind.EXHAUSTED,
            EntryKind.NOBODY_CALLED,
            EntryKind.UNREACHED,
            EntryKind.PASSED,
            EntryKind.HELD,
            EntryKind.SNOOZED,
            EntryKind.CALLS_RESUMED,
            EntryKind.REROUTED,
            EntryKind.REROUTE_ENDED,
            EntryKind.JUMPED,
            EntryKind.EXPERT_CALLED,
            EntryKind.HELP_ASKED,
            EntryKind.HELP_ANSWERED,
            EntryKind.STOOD_DOWN,
            EntryKind.ATTENTION_ASKED,
            EntryKind.ATTENTION_GIVEN,
            EntryKind.ATTENTION_LOST,
            EntryKind.VERSION_MOVED,
        }
    ),
    EntryGroup.UPDATES: frozenset({EntryKind.UPDATED}),
    EntryGroup.DECISIONS: frozenset(
        {
            EntryKind.DECIDED,
            EntryKind.APPROVAL_ASKED,
            EntryKind.APPROVAL_ANSWERED,
            EntryKind.APPROVAL_PASSED_ON,
            EntryKind.SEVERITY_CHANGED,
            EntryKind.RESTRICTED,
            EntryKind.AUTHORITY_TOLD,
        }
    ),
    EntryGroup.SIGNALS: frozenset(
        {EntryKind.ALERTS_JOINED, EntryKind.SIGNALS_RESOLVED, EntryKind.SIGNALS_FIRING}
    ),
    EntryGroup.STEPS: frozenset({EntryKind.STEP_MARKED, EntryKind.RUNBOOK_CHOSEN}),
    EntryGroup.ROLES: frozenset({EntryKind.COMMAND_TAKEN, EntryKind.ROLE_FILLED}),
    EntryGroup.NOTES: frozenset(
        {EntryKind.NOTE, EntryKind.ADVISED, EntryKind.CAUSE_KNOWN, EntryKind.EVIDENCE}
    ),
}
"""Each kind stands in one of them."""
GROUPS: Mapping[str, EntryGroup] = {
    kind.value: group for group, kinds in KINDS.items() for kind in kinds
}
ROLE_GIVEN_BACK = frozenset({"command", "role", "command_left", "role_left"})


def group_of(kind: str, what: object = None) -> EntryGroup:
    """Where an entry belongs; `what` is the variant that it was written with.

    Raises KeyError for a kind that nobody has put into a group.
    """
    if kind == EntryKind.HANDED_BACK and what in ROLE_GIVEN_BACK:
        return EntryGroup.ROLES
    return GROUPS[kind]


def kinds_of(group: EntryGroup) -> frozenset[EntryKind]:
    """The kinds among which its entries are."""
    also = {EntryKind.HANDED_BACK} if group == EntryGroup.ROLES else frozenset()
    return KINDS[group] | also


@dataclass(frozen=True)
class Chip:
    """One group that can be asked for, with how many entries it has; `group` empty: all."""

    group: str
    label: str
    count: int
    is_chosen: bool = False


def chips(counts: Mapping[EntryGroup, int], *, chosen: EntryGroup | None) -> tuple[Chip, ...]:
    """All, then every group that has entries or was asked for, in the order of the enum."""
    every = Chip("", "All", sum(counts.values()), chosen is None)
    return (
        every,
        *(
            Chip(group.value, group.label, counts.get(group, 0), group == chosen)
            for group in EntryGroup
            if counts.get(group) or group == chosen
        ),
    )


def counted(groups: Iterable[EntryGroup]) -> Mapping[EntryGroup, int]:
    """How many entries each group has."""
    return Counter(groups)


def asked(show: str) -> EntryGroup | None:
    """The group that an address names; nonsense names none."""
    return EntryGroup(show) if show in EntryGroup.values else None
