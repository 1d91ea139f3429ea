"""Whom to call for a service, role by role, at one instant and severity: from the one resolver."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rosters.logic.directory import BACKUP, ON_CALL, Candidate
from rosters.logic.matrix import Answer, Question
from rosters.models import Roster, Service, StakeholderRole
from rosters.queries.directory import Wanted, load_directory

A_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Whom:
    """Who fills one role, and who stands behind them. Nobody: `answer` says why."""

    role: StakeholderRole
    people: tuple[Candidate, ...]
    backup: tuple[Candidate, ...]
    answer: Answer
    roster: Roster | None = None


def whom(
    service: Service | None, roles: Sequence[StakeholderRole], *, severity: int, at: datetime
) -> list[Whom]:
    """For each role who is called at `at`; a constant number of queries."""
    wanted = Wanted(
        role_ids=frozenset(role.pk for role in roles),
        service_ids=frozenset({service.pk} if service else ()),
        team_ids=frozenset({service.owner_team_id} if service else ()),
    )
    directory = load_directory(wanted, starts_at=at, ends_at=at + A_MOMENT)
    rosters = Roster.objects.in_bulk(list(directory.rosters))
    found = []
    for role in roles:
        question = Question(
            role.pk,
            service.pk if service else None,
            service.owner_team_id if service else None,
            severity,
        )
        first, backup = (
            directory.for_role(
                role.pk,
                service_id=question.service_id,
                team_id=question.team_id,
                severity=severity,
                at=at,
                choose=choose,
            )
            for choose in (ON_CALL, BACKUP)
        )
        answer = directory.answer(question, at=at)
        behind = tuple(one for one in backup if not _same(one, first))
        roster = rosters.get(answer.roster_id) if answer.roster_id else None
        found.append(Whom(role, first, behind, answer, roster))
    return found


def _same(one: Candidate, others: Sequence[Candidate]) -> bool:
    return one.person_id in {other.person_id for other in others}
