"""Every kind of entry stands in one group, and the chips offer what there is."""

import pytest

from incidents.enums import EntryGroup, EntryKind
from incidents.logic.timeline import SENTENCES
from incidents.logic.timeline_groups import KINDS, asked, chips, counted, group_of, kinds_of


@pytest.mark.parametrize("kind", EntryKind)
def test_every_kind_stands_in_exactly_one_group(kind: EntryKind) -> None:
    holding = [group for group, kinds in KINDS.items() if kind in kinds]

    assert len(holding) == 1
    assert group_of(kind) == holding[0]


@pytest.mark.parametrize("pattern", SENTENCES)
def test_every_variant_is_found_among_the_kinds_of_its_group(pattern: str) -> None:
    kind, _, what = pattern.partition(":")

    group = group_of(kind, what or None)

    assert kind in kinds_of(group)


def test_what_was_given_back_tells_where_it_stands() -> None:
    assert group_of("handed_back") == EntryGroup.MILESTONES
    assert group_of("handed_back", "contained") == EntryGroup.MILESTONES
    assert group_of("handed_back", "command") == EntryGroup.ROLES


def test_only_what_there_is_can_be_asked_for_and_what_was_asked_for() -> None:
    counts = counted([EntryGroup.CALLS, EntryGroup.NOTES, EntryGroup.CALLS])

    made = chips(counts, chosen=EntryGroup.UPDATES)

    assert [(one.label, one.count, one.is_chosen) for one in made] == [
        ("All", 3, False),
        ("Calls", 2, False),
        ("Updates", 0, True),
        ("Notes", 1, False),
    ]


@pytest.mark.parametrize("show", ["", "nonsense", "all", "CALLS", "calls\0"])
def test_nonsense_asks_for_everything(show: str) -> None:
    assert asked(show) is None
