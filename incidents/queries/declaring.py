"""What the declare page says besides who is called: what is alike, what to start from, how bad."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from config.portal.sentences import Sentence
from incidents.logic import severity_helper
from incidents.logic.likeness import Known, Report, alike
from incidents.logic.severity_helper import QUESTIONS, Advice, Answers
from incidents.models import Incident, IncidentTemplate
from incidents.queries import sorting, templates
from rosters.models import Person, Service
from rosters.queries import naming

OPEN_SHOWN = 3
OPEN_READ = 200


@dataclass(frozen=True)
class Alike:
    """One open incident that it may be; without a reason it is only open."""

    incident: Incident
    why: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Around:
    """The open incidents beside what is typed. `is_asked`: there is something to compare."""

    alike: tuple[Alike, ...]
    others: tuple[Incident, ...]
    total: int
    is_asked: bool


@dataclass(frozen=True)
class Asked:
    """One of the five questions with its answers: value, words, and whether it is chosen."""

    text: str
    field: str
    answers: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class Beside:
    """What stands beside the questions, for the answers so far; `is_placed` if the service is."""

    around: Around
    offers: list[IncidentTemplate]
    template: IncidentTemplate | None
    helper: tuple[Asked, ...]
    advice: Advice | None
    is_placed: bool
    is_helped: bool
    has_more: bool


@dataclass(frozen=True)
class Helped:
    """The five questions about how bad it is, and what the answers suggest."""

    helper: tuple[Asked, ...]
    advice: Advice | None
    is_helped: bool


def helped(said: Answers) -> Helped:
    """The questions with these answers; nothing is read."""
    return Helped(_helper(said), severity_helper.advise(said), said.given)


def beside(answers: Mapping[str, str], *, reader: Person, now: datetime) -> Beside:
    """What stands beside these answers; nothing is written, and the queries are constant."""
    services = naming.services_by_name()
    service = naming.service_meant(answers.get("service", ""), services).service
    said = Answers.of(answers)
    return Beside(
        around=around(answers.get("title", ""), service, reader=reader, now=now),
        offers=templates.offered(service),
        template=templates.chosen(answers.get("template", "")),
        helper=_helper(said),
        advice=severity_helper.advise(said),
        is_placed=service is not None,
        is_helped=said.given,
        has_more=bool(answers.get("impact") or answers.get("summary")),
    )


def around(title: str, service: Service | None, *, reader: Person, now: datetime) -> Around:
    """Open incidents that this may be a second report of, and the worst of the others."""
    visible = Incident.objects.visible_to(reader).open().filter(detected_at__lte=now)
    rows = list(visible.for_board().most_severe_first()[:OPEN_READ])
    report = Report(title, service.pk if service else None)
    likes = alike(report, [_known(row) for row in rows], sorting.needs() if service else {})
    by_number = {row.pk: row for row in rows}
    found = tuple(Alike(by_number[one.number], one.why) for one in likes)
    seen = {one.number for one in likes}
    others = [row for row in rows if row.pk not in seen]
    return Around(
        found,
        tuple(others[: OPEN_SHOWN - len(found)]),
        len(rows),
        is_asked=bool(title.strip() or service),
    )


def _known(row: Incident) -> Known:
    services = {row.service.pk: row.service.name} if row.service else {}
    services |= {one.service.pk: one.service.name for one in row.affected.all()}
    return Known(row.pk, row.title, row.severity, services)


def _helper(said: Answers) -> tuple[Asked, ...]:
    return tuple(
        Asked(
            question.text,
            question.field,
            tuple(
                (value, words, getattr(said, question.name) == value)
                for value, words in question.answers.items()
            ),
        )
        for question in QUESTIONS
    )
