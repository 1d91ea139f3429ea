"""What is found by its name: people, services, rosters, rules, runbooks and words, ranked here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from config.front.logic.asking import FILLER
from config.front.logic.closeness import BEGINS, NEAR, WORDS, closeness, share, words_of
from config.front.logic.pages import PAGES
from config.front.queries.found import SURE, Hit, Named, Names
from incidents.models import Incident
from rosters.models import Membership, Person
from rosters.queries import leading
from rosters.queries.oncall import Duty

SHOWN = 6
SYMPTOM, HALF = 0.45, 0.5
NAMED = 0.42
MOST_DUTIES = 2


def _best(hits: Iterable[Hit]) -> list[Hit]:
    found = sorted((hit for hit in hits if hit.score), key=lambda hit: -hit.score)
    return found[:SHOWN]


def people(names: Names, asked: Sequence[str]) -> list[Hit]:
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


def pages(asked: Sequence[str], *, reader: Person) -> list[Hit]:
    """Pages by what people call them; hours for pay for those who may read them."""
    found = [(page, score) for page in PAGES if (score := page.score(asked)) >= NEAR]
    may_pay = any(page.is_for_pay for page, _ in found) and leading.may_read_pay(
        reader, leads_any=bool(leading.led_by(reader))
    )
    return _best(
        Hit(page.title, page.detail, page.view, "", anchor=page.anchor, score=score)
        for page, score in found
        if may_pay or not page.is_for_pay
    )


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


def services(names: Names, asked: Sequence[str]) -> list[tuple[Hit, int]]:
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
                _noticed(asked, service, told.get(service.pk, ())),
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


def _noticed(asked: Sequence[str], service: Named, told: Iterable[str]) -> float:
    """What customers notice first, or a runbook is called, is as good as a word of the name: “card”
    is Payments, where card payments fail, as much as Gift cards."""
    begins = any(closeness(asked, one) >= BEGINS for one in (service.customer_impact, *told))
    if begins and not set(asked) <= FILLER:
        return WORDS
    return _told(asked, service.customer_impact) / 2


def _named(asked: Sequence[str], service: Named) -> float:
    """Whether one of many words is a word of the service's name."""
    words = words_of(service.name)
    found = sum(word in words for word in asked) / len(words) if words else 0.0
    return NAMED + found / 20 if found >= HALF else 0.0


def _symptom(asked: Sequence[str], service: Named, told: Iterable[str]) -> float:
    """How much of what somebody sees is what customers notice, or what a runbook is for."""
    found = share(asked, (service.name, service.customer_impact, *told))
    return SYMPTOM * found if found > HALF else 0.0


def duties(names: Names, asked: Sequence[str]) -> list[Hit]:
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


def rules(found: Sequence[tuple[Hit, int]]) -> list[Hit]:
    return [
        Hit(f"What happens when {hit.title} breaks", "", "incidents:rule", hit.key)
        for hit, _pk in found[:3]
        if hit.score >= SURE
    ]


def runbooks(names: Names, asked: Sequence[str]) -> list[Hit]:
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


def terms(names: Names, asked: Sequence[str]) -> list[Hit]:
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


def services_of(incidents: Sequence[Incident]) -> list[tuple[Hit, int]]:
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
