"""Policies on their own pages: the list, one with its versions, and two versions side by side."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from config.portal.sentences import Sentence
from incidents.enums import Promise
from incidents.logic.agreeing import why_not_agree, why_two
from incidents.logic.policy_diff import differences
from incidents.logic.policy_findings import warnings
from incidents.logic.policy_keeping import why_not_keep_policies
from incidents.logic.policy_text import CLOCKS, PolicyText, said
from incidents.logic.rules import RuleStep
from incidents.models import EscalationPolicy, EscalationRun, PolicyVersion, Route
from incidents.queries import agreeing, effect, policy_texts, rules
from rosters.models import Person, Service
from rosters.queries import roles


@dataclass(frozen=True)
class Row:
    """One policy of the list: the version in force, whether a draft waits, and where it holds."""

    policy: EscalationPolicy
    version: PolicyVersion | None
    draft: PolicyVersion | None
    services: int
    is_for_all: bool

    @property
    def name(self) -> str:
        return self.policy.name

    @property
    def published_at(self) -> datetime | None:
        return self.version.published_at if self.version else None

    @property
    def holds_for(self) -> str:
        """Where it holds, in words: "3 services"."""
        if self.is_for_all:
            return "Everything without a rule of its own"
        return {0: "Nothing yet", 1: "1 service"}.get(self.services, f"{self.services} services")


def rows(words: str) -> list[Row]:
    """Every policy whose name, reason or service fits these words, by name; four queries."""
    found = Q()
    for word in words.split()[:6]:
        found &= (
            Q(name__icontains=word)
            | Q(routes__service__name__icontains=word)
            | Q(versions__rationale__icontains=word)
        )
    policies = list(EscalationPolicy.objects.filter(found).distinct().order_by("name", "pk"))
    newest = _newest(policies, is_published=True)
    drafts = _newest(policies, is_published=False)
    services: Counter[int] = Counter()
    for_all: set[int] = set()
    routes = Route.objects.filter(policy__in=policies).values_list("policy_id", "service_id")
    for policy_id, service_id in set(routes):
        if service_id:
            services[policy_id] += 1
        else:
            for_all.add(policy_id)
    return [
        Row(one, newest.get(one.pk), drafts.get(one.pk), services[one.pk], one.pk in for_all)
        for one in policies
    ]


def _newest(
    policies: Sequence[EscalationPolicy], *, is_published: bool
) -> dict[int, PolicyVersion]:
    versions = PolicyVersion.objects.filter(
        policy__in=policies, published_at__isnull=not is_published
    )
    found = versions.select_related("published_by").order_by("policy_id", "-number")
    return {one.policy_id: one for one in found.distinct("policy_id")}


@dataclass(frozen=True)
class Line:
    """One step of a version in words, without names."""

    clock: str
    said: tuple[Sentence, ...]


@dataclass(frozen=True)
class Told:
    """One version: who wrote it and why, and what it changed."""

    version: PolicyVersion
    changes: tuple[Sentence, ...]
    before: PolicyVersion | None
    is_in_force: bool
    open_incidents: int

    @property
    def before_id(self) -> int | None:
        return self.before.pk if self.before else None


@dataclass(frozen=True)
class Waiting:
    """A version that waits for a second person: why, who else may agree, and why not the reader."""

    version: PolicyVersion
    why_two: str
    others: tuple[Person, ...]
    why_not: str | None


@dataclass(frozen=True)
class Shown:
    """One policy for one reader: what holds, for what, and every version, the newest first.

    `steps` is what it would do now for `service`, with the people of now; `besides` are the steps
    that begin only when something asks for them. `why_not`: why the reader may not change it.
    """

    policy: EscalationPolicy
    versions: tuple[Told, ...]
    routes: tuple[Route, ...]
    steps: tuple[RuleStep, ...]
    besides: tuple[Line, ...]
    service: Service | None
    warnings: tuple[Sentence, ...]
    why_not: str | None
    waiting: Waiting | None = None
    effect: tuple[Sentence, ...] = ()

    @property
    def in_force(self) -> PolicyVersion | None:
        return next((one.version for one in self.versions if one.is_in_force), None)

    @property
    def draft(self) -> PolicyVersion | None:
        first = self.versions[0].version if self.versions else None
        is_draft = first and first.published_at is None and first.asked_at is None
        return first if is_draft else None

    @property
    def older(self) -> list[PolicyVersion]:
        """The versions that held before."""
        held = [one.version for one in self.versions if one.version.published_at]
        return held[1:]


def shown(policy: EscalationPolicy, *, reader: Person, now: datetime) -> Shown:
    """One policy with its versions; a constant number of queries."""
    versions = list(
        policy.versions.select_related(
            "published_by", "based_on", "asked_by", "agreed_by", "policy"
        ).order_by("-number", "-pk")
    )
    texts = policy_texts.texts_of(versions)
    newest = next((one for one in versions if one.published_at), None)
    climbs = EscalationRun.objects.open().filter(version__in=versions)
    climbing = Counter(
        version_id
        for version_id, _incident in set(climbs.values_list("version_id", "clock__incident_id"))
    )
    service, steps = rules.of_version(newest, reader=reader, now=now) if newest else (None, ())
    routes = policy.routes.select_related("service", "impact").order_by(
        "service__name", "severity", "pk"
    )
    return Shown(
        policy,
        tuple(
            Told(
                one,
                differences(texts[older.pk], texts[one.pk]) if older else (),
                older,
                one == newest,
                climbing[one.pk],
            )
            for one, older in zip(versions, [*versions[1:], None], strict=True)
        ),
        tuple(routes),
        steps,
        besides(texts[newest.pk], steps) if newest else (),
        service,
        warnings(texts[newest.pk]) if newest else (),
        why_not_keep_policies(roles.of(reader)),
        _waiting(versions, reader, now=now),
        looked.said if newest and (looked := effect.of(newest, now=now)) else (),
    )


def _waiting(versions: Sequence[PolicyVersion], reader: Person, *, now: datetime) -> Waiting | None:
    version = next((one for one in versions if one.asked_at and not one.published_at), None)
    if version is None:
        return None
    may = agreeing.who_may(but=version.asked_by or reader, now=now)
    why_not = why_not_agree(
        roles.of(reader),
        is_author=version.asked_by_id == reader.pk,
        others=[str(one) for one in may],
    )
    services = [one.name for one in agreeing.tier_one(version)]
    return Waiting(version, why_two(services) if services else "", tuple(may), why_not)


@dataclass(frozen=True)
class Side:
    """One of two versions: its lines by clock, and what repeats."""

    version: PolicyVersion
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Compared:
    """Two versions of one policy side by side, the older first, and what differs in words."""

    policy: EscalationPolicy
    versions: tuple[PolicyVersion, ...]
    old: Side | None
    new: Side | None
    changes: tuple[Sentence, ...]


def compared(policy: EscalationPolicy, *, older: str, newer: str) -> Compared:
    """The versions of these numbers; else the newest and the one before."""
    versions = list(policy.versions.select_related("published_by").order_by("-number"))
    by_number = {str(one.number): one for one in versions}
    new = by_number.get(newer) or (versions[0] if versions else None)
    before = [one for one in versions if new and one.number < new.number]
    old = by_number.get(older) or (before[0] if before else new)
    if old is None or new is None:
        return Compared(policy, tuple(versions), None, None, ())
    texts = policy_texts.texts_of({old, new})
    return Compared(
        policy,
        tuple(versions),
        Side(old, _lines(texts[old.pk])),
        Side(new, _lines(texts[new.pk])),
        differences(texts[old.pk], texts[new.pk]),
    )


def besides(text: PolicyText, steps: Sequence[RuleStep]) -> tuple[Line, ...]:
    """The steps of clocks that do not start with the incident, or only when something asks."""
    told = {Promise(step.promise).label for step in steps}
    return tuple(line for line in _lines(text) if line.clock not in told)


def _lines(text: PolicyText) -> tuple[Line, ...]:
    """Every step in words."""
    return tuple(
        Line(Promise(clock).label, said(step)) for clock in CLOCKS for step in text.of_clock(clock)
    )
