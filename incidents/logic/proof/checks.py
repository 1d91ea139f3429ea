"""What may not be, for one service: each check says when it is so, in spans of time. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

from incidents.enums import FindingKind
from incidents.logic.proof.found import NOTHING, Agreement, Facts, Found, Number
from incidents.logic.proof.ground import Ground, People
from incidents.logic.proof.leaves import Leaves
from incidents.logic.proof.lines import merged
from incidents.logic.proof.rounds import Case, Firing, Round
from incidents.logic.summons import About, StepRow
from rosters.enums import Urgency
from rosters.logic.spans import Span, joined, minus

MINUTE = timedelta(minutes=1)


@dataclass
class Proof:
    """What the checks of all services share; the rounds and spans found once are kept."""

    ground: Ground
    ends_at: datetime
    names: Mapping[int, str]
    numbers: Mapping[int, Number] = field(default_factory=dict)
    agreements: Sequence[Agreement] = ()
    _rounds: dict[object, Round] = field(default_factory=dict)
    _steps: dict[object, list[Found]] = field(default_factory=dict)

    @property
    def window(self) -> Span:
        return self.ground.window[0], self.ends_at

    @cached_property
    def leaves(self) -> Leaves:
        return Leaves(self.ground, self.window, self.names)

    def round_of(self, case: Case) -> Round:
        """The first round of a case; two cases with the same answers have one."""
        lines = tuple(id(self.ground.told(row, case.about)) for row in case.in_order)
        urgent = tuple(row.urgency for row in case.in_order)
        key = (case.plan.steps, lines, urgent)
        if key not in self._rounds:
            self._rounds[key] = Round(case, self.ground, self.ends_at)
        return self._rounds[key]

    def of_service(self, cases: Mapping[int, Case | None]) -> list[Found]:
        """Everything that may not be when this service breaks, by severity."""
        found: list[Found] = []
        for severity, case in cases.items():
            if case is None or not case.plan.steps:
                found.append(Found(FindingKind.NO_RULE, severity, (self.window,), mend=NOTHING))
                continue
            found += self._of_case(severity, case)
        found += self._of_milder(cases)
        found += self._of_agreements(cases)
        return found

    def _of_case(self, severity: int, case: Case) -> Iterator[Found]:
        one = self.round_of(case)
        nobody = one.nobody()
        if nobody:
            yield Found(FindingKind.NOBODY, severity, tuple(nobody), mend=self._mend(case))
        yield from self._last(severity, case, one, nobody)
        for made in self._kept(one, case):
            yield Found(made.kind, severity, made.spans, made.subject, made.facts, made.mend)
        yield from self._ends(severity, case)

    def _kept(self, one: Round, case: Case) -> list[Found]:
        """What is the same for every service with this round."""
        key = (id(one), tuple(self._asked(row, case) for row in case.in_order))
        if key not in self._steps:
            self._steps[key] = [
                *self._same(one, case),
                *self._delays(one, case),
                *self.leaves.of_case(case),
                *self._numbers(one, case),
            ]
        return self._steps[key]

    def _asked(self, row: StepRow, case: Case) -> object:
        found = (self.ground.cells(target, case.about) for target in row.called)
        return tuple(tuple(sorted(cell.cell_id for cell in some)) for some in found)

    def _mend(self, case: Case) -> tuple[str, int]:
        for row in case.in_order:
            rosters = self.ground.rosters(row, case.about)
            if rosters:
                return "roster", rosters[0]
        return "policy", case.policy_id or 0

    def _ends(self, severity: int, case: Case) -> Iterator[Found]:
        if not case.plan.catch_all_rounds:
            mend = ("policy", case.policy_id or 0)
            yield Found(FindingKind.ENDS, severity, (self.window,), mend=mend)

    def _last(
        self, severity: int, case: Case, one: Round, nobody: Sequence[Span]
    ) -> Iterator[Found]:
        """When the last step, which is called again and again, reaches nobody and others do."""
        if len(case.plan.steps) < 2 or not case.plan.catch_all_rounds:  # one step is the first too
            return
        last = case.plan.steps[-1]
        told = one.told[last.step_id].ahead(last.offset, ends_at=self.ends_at)
        if spans := minus(told.where(lambda people: not people), nobody):
            yield Found(
                FindingKind.LAST, severity, tuple(joined(spans)), mend=self._mend_step(case, -1)
            )

    def _mend_step(self, case: Case, place: int) -> tuple[str, int]:
        rosters = self.ground.rosters(case.in_order[place], case.about)
        return ("roster", rosters[0]) if rosters else ("policy", case.policy_id or 0)

    def _same(self, one: Round, case: Case) -> Iterator[Found]:
        """Two calls in a row that go to one and the same person, by person.

        Somebody who is second after a hand-over between the two calls is no finding: it lasts no
        longer than the time between them, and no roster can be without it.
        """
        found: dict[tuple[int, int, int], list[Span]] = defaultdict(list)
        for first, then, both in one.pairs():
            for span, (some, others) in both.pieces():
                if len(set(some)) == 1 and set(some) == set(others):
                    found[some[0], first.step_id, then.step_id].append(span)
        steps = {step.step_id: step.offset for step in case.plan.steps}
        numbers = {step_id: place for place, step_id in enumerate(steps, start=1)}
        for (person, first_id, then_id), held in found.items():
            apart = steps[then_id] - steps[first_id]
            spans = [span for span in joined(held) if span[1] - span[0] > apart]
            if not spans:
                continue
            facts: Facts = {
                "who": self.names.get(person, ""),
                "first": numbers[first_id],
                "then": numbers[then_id],
            }
            subject = f"{person}:{first_id}:{then_id}"
            mend = self._mend_step(case, numbers[then_id] - 1)
            yield Found(FindingKind.SAME, 0, tuple(spans), subject, facts, mend)

    def _delays(self, one: Round, case: Case) -> Iterator[Found]:
        """People whose own rules let the phone ring only after the next call, by person."""
        found: dict[tuple[int, int], list[Span]] = defaultdict(list)
        waits: dict[tuple[int, int], tuple[timedelta, timedelta]] = {}
        for first, then, both in one.pairs():
            wait = then.offset - first.offset
            for span, (some, _) in both.pieces():
                for person in some:
                    delay = self._delay(person, case.steps[first.step_id].urgency)
                    if wait and delay >= wait:
                        found[person, first.step_id].append(span)
                        waits[person, first.step_id] = (delay, wait)
        for (person, step_id), spans in found.items():
            delay, wait = waits[person, step_id]
            facts: Facts = {
                "who": self.names.get(person, ""),
                "delay_minutes": delay // MINUTE,
                "next_minutes": wait // MINUTE,
            }
            yield Found(
                FindingKind.DELAY,
                0,
                tuple(joined(spans)),
                f"{person}:{step_id}",
                facts,
                ("person", person),
            )

    def _delay(self, person: int, urgency: str) -> timedelta:
        contacts = self.ground.directory.contacts(person, urgency=urgency)
        return contacts[0].delay if contacts else timedelta(0)

    def _numbers(self, one: Round, case: Case) -> Iterator[Found]:
        """People who are called, and nobody knows whether their number works."""
        found: dict[int, list[Span]] = defaultdict(list)
        wanted = {pk for pk, number in self.numbers.items() if number.why_not}
        for step in case.plan.steps:
            if case.steps[step.step_id].urgency != Urgency.URGENT:
                continue
            line = one.people(Firing(step.offset, step.step_id))
            for span, people in line.pieces():
                for person in wanted.intersection(people):
                    found[person].append(span)
        for person, spans in found.items():
            facts = {"who": self.names.get(person, ""), "why": self.numbers[person].why_not}
            yield Found(
                FindingKind.NUMBER,
                0,
                tuple(joined(spans)),
                str(person),
                facts,
                ("person", person),
            )

    def _of_milder(self, cases: Mapping[int, Case | None]) -> Iterator[Found]:
        """A milder incident that would wake more people than the next worse one, or sooner."""
        known = [
            (severity, case)
            for severity, case in sorted(cases.items())
            if case is not None and case.plan.steps
        ]
        for (_, worse), (severity, milder) in pairwise(known):
            first, then = self.round_of(worse), self.round_of(milder)
            if first is then:
                continue
            both = merged([first.woken, then.woken], tuple)
            if more := both.where(lambda some: some[1][0] > some[0][0] > 0):
                at = both.at(more[0][0])
                facts = {"many": at[1][0], "few": at[0][0]}
                yield self._milder(severity, "more", more, milder, facts)
            if sooner := both.where(lambda some: _is_sooner(some[1][1], some[0][1])):
                yield self._milder(severity, "sooner", sooner, milder, {})

    def _milder(
        self,
        severity: int,
        subject: str,
        spans: Sequence[Span],
        case: Case,
        facts: Facts,
    ) -> Found:
        mend = ("policy", case.policy_id or 0)
        return Found(FindingKind.MILDER, severity, tuple(spans), subject, facts, mend)

    def _of_agreements(self, cases: Mapping[int, Case | None]) -> Iterator[Found]:
        """Somebody who would have to agree with themselves."""
        for severity, case in cases.items():
            if case is not None:
                yield from self.agreeing(severity, case.about)

    def agreeing(self, severity: int, about: About) -> Iterator[Found]:
        """The same for one severity; without a service in `about`, for the whole company."""
        for one in self.agreements:
            lines = [self.ground.in_role(pk, about) for pk in (one.role_id, one.approver_id)]
            if about.service_id is not None and lines == [
                self.ground.in_role(pk, about, service=False)
                for pk in (one.role_id, one.approver_id)
            ]:
                continue
            both = merged(lines, _two_of).within(*self.window)
            found: dict[int, list[Span]] = defaultdict(list)
            for span, (some, others) in both.pieces():
                if some and some[:1] == others[:1]:
                    found[some[0]].append(span)
            for person, spans in found.items():
                facts = {
                    "who": self.names.get(person, ""),
                    "role": one.role,
                    "approver": one.approver,
                    "what": one.what,
                }
                subject = f"{one.right_id}:{person}"
                mend = ("rights", one.right_id)
                yield Found(
                    FindingKind.APPROVER, severity, tuple(joined(spans)), subject, facts, mend
                )


def _two_of(people: list[People]) -> tuple[People, People]:
    return people[0], people[1]


def _is_sooner(milder: timedelta | None, worse: timedelta | None) -> bool:
    return milder is not None and worse is not None and milder < worse
