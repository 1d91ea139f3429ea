"""What stands around a rule: what it means for whom, who decides, what changed, whom to ask."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from config.portal.sentences import Sentence, listing, phrase
from incidents.logic.audiences import LABELS, Audience, Facts, Hears, hearing, meaning
from incidents.logic.policy_diff import differences
from incidents.models import DecisionRight, PolicyVersion
from incidents.queries import authority, policy_texts
from incidents.queries.rules import Duty
from incidents.queries.who_hears import RulePage
from rosters.logic import whys
from rosters.models import Membership, Person, Service, StakeholderRole

FORMER = 4
"""So many sentences of what the version in force changed."""


@dataclass(frozen=True)
class Decision:
    """Who may decide one thing: roles that do so alone, and those that ask another first."""

    name: str
    alone: tuple[str, ...]
    asking: tuple[DecisionRight, ...]

    @property
    def alone_words(self) -> str:
        """The roles that decide it alone, as one phrase."""
        first, *others = self.alone
        for one in others:
            first = phrase("{first} or {last}", first=first, last=one)
        return first

    @property
    def needs(self) -> list[str]:
        """Who must agree, where nobody may do it alone."""
        return [] if self.alone else list(dict.fromkeys(_the(one.approver) for one in self.asking))


@dataclass(frozen=True)
class Around:
    """`changed`: what the version in force changed, of `before`. `owners`: whom to ask about it.

    `helpers`: whom the rule calls in no role, or in another than the one in which they decide.
    """

    audience: Audience
    meaning: tuple[Sentence, ...]
    decisions: Sequence[Decision]
    changed: tuple[Sentence, ...] = ()
    before: PolicyVersion | None = None
    owners: Sequence[Person] = ()
    hearing: Sequence[Hears] = ()
    helpers: Sequence[Duty] = ()

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Whom it can be read for, with the words of the choice."""
        return [(one.value, label) for one, label in LABELS.items()]

    @property
    def first_changes(self) -> tuple[Sentence, ...]:
        return self.changed[:FORMER]


def around(page: RulePage, asked: str) -> Around:
    """What stands around the rule of this page; a constant number of queries."""
    audience = Audience(asked) if asked in set(Audience) else Audience.RESPONDER
    rights = _rights()
    decisions = _decisions(rights)
    version = page.rule.version
    before = _before(version) if version else None
    texts = policy_texts.texts_of([version, before]) if version and before else {}
    facts = _facts(page, decisions)
    return Around(
        audience,
        meaning(audience, facts),
        decisions,
        differences(texts[before.pk], texts[version.pk]) if version and before else (),
        before,
        _owners(page.rule.service),
        hearing(facts),
        _helpers(page.rule.duties, rights),
    )


def _rights() -> list[DecisionRight]:
    rows = DecisionRight.objects.select_related("decision", "role", "approver")
    return list(rows.order_by("decision__order", "decision__name", "role__order", "pk"))


def _helpers(duties: Sequence[Duty], rights: Sequence[DecisionRight]) -> list[Duty]:
    deciding = {pk for one in rights for pk in (one.role_id, one.approver_id)}
    return [one for one in duties if one.role.pk in deciding or not one.is_called]


def _decisions(rights: Sequence[DecisionRight]) -> list[Decision]:
    """Everything that may have to be decided, with who may do so."""
    by_name: dict[str, list[DecisionRight]] = defaultdict(list)
    for one in rights:
        by_name[one.decision.name].append(one)
    return [
        Decision(
            name,
            tuple(_the(one.role) for one in some if one.approver is None),
            tuple(one for one in some if one.approver is not None),
        )
        for name, some in by_name.items()
    ]


def _the(role: StakeholderRole | None) -> str:
    return phrase(whys.ROLE, role=str(role))


def _facts(page: RulePage, decisions: Sequence[Decision]) -> Facts:
    law = authority.of_personal_data()
    return Facts(
        page.rule.severity,
        page.rule.service.name,
        page.rule.ladder,
        {one.promise: one.amount for one in page.rule.promises if not one.is_working_days},
        page.keeper.full_name if page.keeper else "",
        (law.authority if law else "") or authority.SOME_AUTHORITY,
        (law.statutory_hours if law else 0) or 0,
        [(one.name, listing(one.needs)) for one in decisions if one.needs],
    )


def _before(version: PolicyVersion) -> PolicyVersion | None:
    rows = PolicyVersion.objects.filter(policy=version.policy_id, number__lt=version.number)
    return rows.filter(published_at__isnull=False).order_by("-number").first()


def _owners(service: Service) -> list[Person]:
    leads = Membership.objects.filter(team=service.owner_team_id, is_lead=True)
    found = leads.select_related("person").order_by("person__full_name", "pk")
    return [one.person for one in found if one.person.left_at is None]
