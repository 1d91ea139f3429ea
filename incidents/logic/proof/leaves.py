"""Whoever is first and their backup, away at the same time. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from incidents.enums import FindingKind
from incidents.logic.proof.found import Found
from incidents.logic.proof.ground import Ground, People
from incidents.logic.proof.rounds import Case
from rosters.logic.directory import ALL, NEXT
from rosters.logic.rotation import Segment
from rosters.logic.spans import Span, joined

Away = list[tuple[Span, People]]


@dataclass
class Leaves:
    """When cells and rosters have nobody because everybody whom they name is away."""

    ground: Ground
    window: Span
    names: Mapping[int, str]
    _of_rosters: dict[int, Away] = field(default_factory=dict)

    def of_case(self, case: Case) -> Iterator[Found]:
        """One finding for each cell and roster that the case asks, and each pair of people."""
        for mend, away in self._asked(case).items():
            by_people: dict[People, list[Span]] = defaultdict(list)
            for span, people in away:
                by_people[people].append(span)
            for people, spans in by_people.items():
                yield self._found(mend, people, spans)

    def _found(self, mend: tuple[str, int], people: People, spans: list[Span]) -> Found:
        who = " and ".join(self.names.get(pk, "") for pk in people)
        subject = f"{mend[0]}:{mend[1]}:" + "-".join(map(str, people))
        return Found(FindingKind.LEAVE, 0, tuple(joined(spans)), subject, {"who": who}, mend)

    def _asked(self, case: Case) -> dict[tuple[str, int], Away]:
        found: dict[tuple[str, int], Away] = {}
        for row in case.in_order:
            for cell in (
                cell for target in row.called for cell in self.ground.cells(target, case.about)
            ):
                if cell.person_id and cell.backup_id:
                    found["cell", cell.cell_id] = self._both_away(cell.person_id, cell.backup_id)
            if any(target.choose not in (ALL, NEXT) for target in row.called):
                for roster_id in self.ground.rosters(row, case.about):
                    found["roster", roster_id] = self._of_roster(roster_id)
        return found

    def _both_away(self, *people: int) -> Away:
        spans = _common([self._away(pk) for pk in people], self.window)
        return [(span, people) for span in spans]

    def _away(self, person: int) -> tuple[Span, ...]:
        found = self.ground.directory.people.get(person)
        return found.away if found else ()

    def _of_roster(self, roster_id: int) -> Away:
        """When a roster puts people on call, and behind them others, who are all away."""
        if roster_id not in self._of_rosters:
            self._of_rosters[roster_id] = list(self._find(roster_id))
        return self._of_rosters[roster_id]

    def _find(self, roster_id: int) -> Iterator[tuple[Span, People]]:
        spec = self.ground.directory.rosters.get(roster_id)
        if spec is None or sum(bool(self._away(pk)) for pk in spec.people) < 2:  # both
            return
        starts_at, ends_at = self.window
        stretches = self.ground.directory.put_on_call(
            roster_id, starts_at=starts_at, ends_at=ends_at
        )
        for one in stretches:
            people = _first_two(one)
            away = [self._away(pk) for pk in people]
            if people and all(away):
                yield from ((span, people) for span in _common(away, (one.starts_at, one.ends_at)))


def _first_two(one: Segment) -> People:
    """Everybody of the first two levels; nobody where there is one level alone."""
    levels = one.levels[:2]
    if len(levels) < 2:  # nobody is behind the first
        return ()
    people = tuple(dict.fromkeys(pk for level in levels for pk in level))
    return people if len(people) > 1 else ()


def _common(lists: Iterable[Iterable[Span]], window: Span) -> list[Span]:
    """The time that is in every one of these lists, within the window."""
    found = [window]
    for spans in lists:
        found = [
            (max(begin, starts_at), min(end, ends_at))
            for begin, end in found
            for starts_at, ends_at in joined(spans)
            if starts_at < end and begin < ends_at
        ]
    return found
