"""One question to everything that has a page, in a constant number of queries.

Names (people, services, rosters, runbooks, words) are few: they are all read, as values, and ranked
here, so that slips do no harm. Incidents and reviews are many: PostgreSQL finds them by words.
See docs/adr/0006.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, QuerySet

from config.front.logic import asking
from config.front.logic.asking import FILLER, Asked
from config.front.logic.closeness import EMAIL, LOGIN, NEAR, closeness, share, words_of
from config.front.queries import in_doubt
from config.front.queries.in_doubt import Answer
from incidents.models import Incident
from incidents.queries import preview
from incidents.queries.preview import Preview
from reviews.models import Factor, Review
from rosters.models import Membership, Person, Service, StakeholderRole
from rosters.queries import contacts
from rosters.queries.contacts import Square
from rosters.queries.oncall import Duty, on_call_overview
from runbooks.models import GlossaryTerm, Runbook

NAMES = 5000
SHOWN = 6
MATCHES = 1000
LONG = ("story", "went_well", "was_lucky", "escalation_look_back")
SURE = 0.4
SYMPTOM, HALF = 0.45, 0.5
NAMED, OPEN = 0.42, 0.7
MOST_OPEN, MOST_DUTIES = 200, 2
CONFIG = "simple"
INCIDENT_WORDS = SearchVector("title", "summary", config=CONFIG)
FACTOR_WORDS = SearchVector("text", config=CONFIG)


@dataclass(frozen=True)
class Hit:
    """One thing that was found. `view` and `key` are its address, `anchor` a place on it."""

    title: str
    detail: str
    view: str
    key: str
    anchor: str = ""
    tag: str = ""
    severity: int | None = None
    score: float = 0.0


@dataclass(frozen=True)
class Group:
    """What was found of one kind, the closest first."""

    name: str
    slug: str
    hits: Sequence[Hit]

    @property
    def best(self) -> float:
        """How close its closest is."""
        return max(hit.score for hit in self.hits)


@dataclass(frozen=True)
class WhoToCall:
    """Whom we would call for one service now."""

    service: Service
    preview: Preview
    roles: tuple[Square, ...] = ()


@dataclass(frozen=True)
class Found:
    """Everything for one question. `meant` is the question without its slips, if it had any."""

    asked: Asked
    groups: Sequence[Group] = ()
    who: WhoToCall | None = None
    meant: str = ""
    role: Answer | None = None

    @property
    def total(self) -> int:
        return sum(len(group.hits) for group in self.groups)

    @property
    def best(self) -> Hit | None:
        """What comes closest, of whatever kind."""
        return self.groups[0].hits[0] if self.groups else None

    @property
    def somebody(self) -> Hit | None:
        """The one person who was meant, if it was a person."""
        people = next((group.hits for group in self.groups if group.slug == "people"), ())
        is_theirs = len(people) == 1 and self.best == people[0] and people[0].score >= SURE
        return people[0] if is_theirs else None

    @property
    def says(self) -> str:
        """What the person who was meant does now: Mei Tan is backup for Payments."""
        hit = self.somebody
        if hit is None:
            return ""
        return f"{hit.title} is {hit.tag[:1].lower()}{hit.tag[1:]}" if hit.tag else hit.title

    @property
    def is_answered(self) -> bool:
        """Whether the page begins with an answer, not with a question back."""
        return bool(self.who or self.somebody)


class _Somebody(NamedTuple):
    """A person, as far as a search asks."""

    pk: int
    full_name: str
    short_name: str


class _Named(NamedTuple):
    """A service, as far as a search asks."""

    pk: int
    slug: str
    name: str
    customer_impact: str
    labels: list[str]
    team: str


@dataclass
class _Names:
    """Everything that has a name."""

    people: list[_Somebody] = field(default_factory=list)
    services: list[_Named] = field(default_factory=list)
    runbooks: list[Runbook] = field(default_factory=list)
    terms: list[GlossaryTerm] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    roles: list[StakeholderRole] = field(default_factory=list)

    def words(self) -> set[str]:
        names: Iterable[str] = chain(
            (person.full_name for person in self.people),
            (service.name for service in self.services),
            (runbook.title for runbook in self.runbooks),
            (f"{term.term} {term.instead_of}" for term in self.terms),
            (duty.roster.name for duty in self.duties),
            (role.name for role in self.roles),
        )
        return {word for name in names for word in words_of(name)}


def incident_called(number: int, *, reader: Person) -> Incident | None:
    """The incident with this number, if the reader may know of it."""
    found: Incident | None = Incident.objects.visible_to(reader).filter(pk=number).first()
    return found


def search(typed: str, *, reader: Person, now: datetime) -> Found:
    """What there is about `typed` for this reader."""
    asked = asking.read(typed)
    if not asked.words:
        known = in_doubt.roles() if asked.is_who else []
        role = in_doubt.answer((), known, is_answered=False, now=now)
        return Found(asked, role=role)
    names = _names(now=now)
    meant = asking.corrected(asked.words, names.words())
    core = asking.core(meant)
    services = _services(names, core)
    open_now = _open_now(core, services, reader=reader)
    services = services or _services_of(open_now)
    groups = [
        Group("People", "people", _people(names, core)),
        Group("Services", "services", [hit for hit, _pk in services]),
        Group("On call", "on-call", _duties(names, core)),
        Group("Who is called, and when", "rules", _rules(services)),
        Group("Runbooks", "runbooks", _runbooks(names, core)),
        Group("Incidents", "incidents", _incidents(asked, meant, open_now, reader=reader)),
        Group("Reviews", "reviews", _reviews(asked, meant, reader=reader)),
        Group("Words", "words", _terms(names, meant)),
    ]
    groups = sorted((group for group in groups if group.hits), key=lambda one: -one.best)
    who = _who(services, asked, now=now)
    is_answered = who is not None or (bool(groups) and not asked.is_who)
    return Found(
        asked,
        groups,
        who,
        " ".join(meant) if meant != asked.words else "",
        in_doubt.answer(meant, names.roles, is_answered=is_answered, now=now),
    )


def _names(*, now: datetime) -> _Names:
    people = Person.objects.employed(now=now).order_by("full_name", "pk")
    services = Service.objects.annotate(team=F("owner_team__name")).order_by("tier", "name", "pk")
    runbooks = Runbook.objects.select_related("service").order_by("title", "pk")
    return _Names(
        people=[_Somebody(*row) for row in people.values_list(*_Somebody._fields)[:NAMES]],
        services=[_Named(*row) for row in services.values_list(*_Named._fields)[:NAMES]],
        runbooks=list(runbooks[:NAMES]),
        terms=list(GlossaryTerm.objects.order_by("term", "pk")[:NAMES]),
        duties=on_call_overview(now=now),
        roles=in_doubt.roles(),
    )


def _best(hits: Iterable[Hit]) -> list[Hit]:
    found = sorted((hit for hit in hits if hit.score), key=lambda hit: -hit.score)
    return found[:SHOWN]


def _people(names: _Names, asked: Sequence[str]) -> list[Hit]:
    """People, each with what they do right now: on call for Payments, backup for Billing."""
    duties = _does_now(names.duties)
    hits = _best(
        Hit(
            person.full_name,
            "",
            "rosters:person",
            str(person.pk),
            tag=_together(duties.get(person.pk, ())),
            score=max(closeness(asked, person.full_name), closeness(asked, person.short_name)),
        )
        for person in names.people
    )
    teams = _teams_of(int(hit.key) for hit in hits)
    return [replace(hit, detail=", ".join(teams[int(hit.key)])) for hit in hits]


def _does_now(duties: Iterable[Duty]) -> Mapping[int, list[str]]:
    """What each person is called for now, in words."""
    found: dict[int, list[str]] = defaultdict(list)
    for duty in duties:
        for pk in duty.first_ids:
            found[pk].append(f"on call for {duty.roster.name}")
        for pk in duty.backup_ids:
            found[pk].append(f"backup for {duty.roster.name}")
    return found


def _together(duties: Sequence[str]) -> str:
    """As one label: On call for Payments, backup for Billing."""
    said = ", ".join(duties[:MOST_DUTIES])
    return said[:1].upper() + said[1:]


def _teams_of(person_ids: Iterable[int]) -> Mapping[int, list[str]]:
    """The names of the teams of each of these people; a query, whatever was found."""
    found: dict[int, list[str]] = defaultdict(list)
    members = Membership.objects.filter(person__in=[0, *person_ids]).order_by("pk")
    for person_id, team in members.values_list("person_id", "team__name"):
        found[person_id].append(team)
    return found


def _services(names: _Names, asked: Sequence[str]) -> list[tuple[Hit, int]]:
    """What was found, each with its primary key."""
    pks = {service.slug: service.pk for service in names.services}
    told: dict[int, list[str]] = {}
    for runbook in names.runbooks:
        told.setdefault(runbook.service_id, []).append(f"{runbook.title} {runbook.when_to_use}")
    hits = _best(
        Hit(
            service.name,
            service.customer_impact or f"Owned by {service.team}",
            "front:service",
            service.slug,
            score=closeness(asked, service.name)
            or max(
                _told(asked, service.customer_impact) / 2,
                closeness(asked, " ".join(service.labels)) / 2,
                _named(asked, service),
                _symptom(asked, service, told.get(service.pk, ())),
            ),
        )
        for service in names.services
    )
    return [(hit, pks[hit.key]) for hit in hits]


def _told(asked: Sequence[str], sentence: str) -> float:
    """As closeness, without slips: among many words one is always near ("refund", "refused")."""
    found = closeness(asked, sentence)
    return found if found > NEAR else 0.0


def _named(asked: Sequence[str], service: _Named) -> float:
    """Whether one of many words is a word of the service's name."""
    words = words_of(service.name)
    found = sum(word in words for word in asked) / len(words) if words else 0.0
    return NAMED + found / 20 if found >= HALF else 0.0


def _symptom(asked: Sequence[str], service: _Named, told: Iterable[str]) -> float:
    """How much of what somebody sees is what customers notice, or what a runbook is for."""
    found = share(asked, (service.name, service.customer_impact, *told))
    return SYMPTOM * found if found > HALF else 0.0


def _duties(names: _Names, asked: Sequence[str]) -> list[Hit]:
    return _best(
        Hit(
            duty.roster.name,
            f"{' and '.join(duty.first)} is on call now" if duty.first else "Nobody is on call now",
            "rosters:roster",
            duty.roster.slug,
            score=closeness(asked, duty.roster.name),
        )
        for duty in names.duties
    )


def _rules(services: Sequence[tuple[Hit, int]]) -> list[Hit]:
    return [
        Hit(f"What happens when {hit.title} breaks", "", "incidents:rule", hit.key)
        for hit, _pk in services[:3]
        if hit.score >= SURE
    ]


def _runbooks(names: _Names, asked: Sequence[str]) -> list[Hit]:
    return _best(
        Hit(
            runbook.title,
            runbook.when_to_use or runbook.service.name,
            "runbooks:detail",
            runbook.slug,
            tag=runbook.service.name,
            score=closeness(asked, runbook.title)
            or closeness(asked, runbook.service.name) / 2
            or _told(asked, runbook.when_to_use) / 2
            or (SYMPTOM if share(asked, (runbook.title, runbook.when_to_use)) > HALF else 0.0),
        )
        for runbook in names.runbooks
    )


def _terms(names: _Names, asked: Sequence[str]) -> list[Hit]:
    return _best(
        Hit(
            term.term,
            term.meaning,
            "runbooks:glossary",
            "",
            anchor=term.slug,
            score=max(
                (closeness(asked, name) for name in (term.term, *term.instead_of.split(","))),
            ),
        )
        for term in names.terms
    )


def _query(asked: Asked, meant: Sequence[str]) -> SearchQuery:
    """Every word, as it was typed or as it was meant, each also as a beginning."""
    pairs = zip(asked.words, asked.spelled, meant, strict=True)
    telling = [pair for pair in pairs if pair[0] not in FILLER] or list(
        zip(asked.words, asked.spelled, meant, strict=True)
    )
    each = ("|".join(_spellings(word) for word in dict.fromkeys(pair)) for pair in telling)
    return SearchQuery(" & ".join(f"({words})" for words in each), search_type="raw", config=CONFIG)


def _spellings(word: str) -> str:
    """The word as a beginning, also as others write it."""
    if word == LOGIN:
        return "'login':*|('log'<->'in')|('sign'<->'in')|('sign'<->'on')"
    if word.startswith(EMAIL):
        return f"'{word}':*|('e'<->'{word.removeprefix('e')}':*)"
    return f"'{word}':*"


def _open_now(
    asked: Sequence[str], services: Sequence[tuple[Hit, int]], *, reader: Person
) -> list[Incident]:
    """What is open about it: of the closest service, or with these words in its title."""
    about = services[0][1] if services and services[0][0].score >= SURE else None
    rows = Incident.objects.visible_to(reader).open().select_related("service")
    return [
        incident
        for incident in rows.order_by("severity", "-detected_at", "-pk")[:MOST_OPEN]
        if (about and incident.service_id == about)
        or share(asked, (incident.title, incident.summary)) > HALF
    ]


def _services_of(incidents: Sequence[Incident]) -> list[tuple[Hit, int]]:
    """The service of what is open about it, where no service says more."""
    return [
        (
            Hit(
                one.service.name,
                one.service.customer_impact,
                "front:service",
                one.service.slug,
                score=SYMPTOM,
            ),
            one.service.pk,
        )
        for one in incidents[:1]
        if one.service
    ]


def _matching(asked: Asked, meant: Sequence[str]) -> QuerySet[Incident, Any]:
    """The newest incidents with these words.

    As many as would fill pages: a small limit would tempt PostgreSQL to walk through every incident
    from the newest on, instead of asking the index of words.
    """
    found: Any = Incident.objects.alias(in_words=INCIDENT_WORDS)
    newest: QuerySet[Incident, Any] = found.filter(in_words=_query(asked, meant)).order_by("-pk")
    return newest.values("pk")[:MATCHES]


def _incidents(
    asked: Asked, meant: Sequence[str], open_now: Sequence[Incident], *, reader: Person
) -> list[Hit]:
    """What is open first, then the newest."""
    rows = Incident.objects.visible_to(reader).filter(pk__in=_matching(asked, meant))
    newest = rows.select_related("service").order_by("-detected_at", "-pk")
    found = {one.pk: one for one in (*open_now, *newest[:SHOWN])}
    return [
        Hit(
            incident.title,
            ", ".join(filter(None, [incident.reference, str(incident.service or "")])),
            "incidents:detail",
            incident.reference,
            tag="Open" if incident.is_open else "",
            severity=incident.severity,
            score=OPEN if incident.is_open else 0.0,
        )
        for incident in list(found.values())[:SHOWN]
    ]


def _reviews(asked: Asked, meant: Sequence[str], *, reader: Person) -> list[Hit]:
    factors: Any = Factor.objects.alias(in_words=FACTOR_WORDS)
    by_factor = factors.filter(in_words=_query(asked, meant)).order_by("-pk").values("review_id")
    by_incident = Review.objects.filter(incident__in=_matching(asked, meant)).values("pk")
    rows = Review.objects.filter(
        pk__in=by_incident.union(by_factor[:MATCHES]),
        incident__in=Incident.objects.visible_to(reader),
        published_at__isnull=False,
    ).select_related("incident")
    return [
        Hit(
            review.incident.title,
            f"Review of {review.incident.reference}",
            "reviews:read",
            review.incident.reference,
            severity=review.incident.severity,
        )
        for review in rows.defer(*LONG).order_by("-published_at", "-pk")[:SHOWN]
    ]


def _who(services: Sequence[tuple[Hit, int]], asked: Asked, *, now: datetime) -> WhoToCall | None:
    """Whom to call for the closest service, when the question is about one."""
    if not services:
        return None
    hit, pk = services[0]
    if hit.score < SURE and not asked.is_who:
        return None
    service = Service.objects.select_related("owner_team").get(pk=pk)
    answers = {"service": service.slug, "severity": "1"}
    called = preview.of_answers(answers, now=now)
    return WhoToCall(service, called, contacts.of_service(service, now=now))
