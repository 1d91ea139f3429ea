"""Writing and publishing versions of a policy; a published version never changes."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from config.portal.refusals import Refused, refuse_if
from incidents.logic.policy_findings import why_not_hold
from incidents.logic.policy_keeping import why_not_keep_policies
from incidents.models import EscalationPolicy, EscalationStep, PolicyVersion, StepTarget
from incidents.queries import policy_texts
from incidents.queries.policies import TARGETS
from rosters.logic.reasons import in_one_line
from rosters.models import Person
from rosters.queries import roles

OF_VERSION = (
    "repeats",
    "repeat_from",
    "until_acknowledged",
    "loop_minutes",
    "catch_all_minutes",
    "catch_all_rounds",
)
OF_STEP = (
    "clock",
    "order",
    "wait_minutes",
    "anchor",
    "urgency",
    "ack_mode",
    "mildest_severity",
    "impact_id",
    "hours_id",
    "hours_read_in",
    "least_alerts",
    "alerts_within_minutes",
)
OF_TARGET = ("kind", "choose", "role_id", "roster_id", "person_id", "team_id", "room_id")
WITHOUT_REASON = "Say why it is so, in a few words. Whoever reads the rule later will ask."


@transaction.atomic
def publish(version: PolicyVersion, *, by: Person, now: datetime) -> PolicyVersion:
    """The version holds for every incident that opens from now on; open ones keep theirs.

    Publishing twice changes nothing. Raises Refused when it says no reason, or could end with
    nobody.
    """
    version = PolicyVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if version.published_at is not None:
        return version
    refuse_if(why_not_publish(version, now=now))
    version.published_at = now
    version.published_by = by
    version.save(update_fields=["published_at", "published_by"])
    return version


def why_not_publish(version: PolicyVersion, *, now: datetime) -> str | None:
    """Whether the version may hold: somebody says why, and it never ends with nobody."""
    if not in_one_line(version.rationale):
        return WITHOUT_REASON
    return why_not_end_well(version, now=now)


def why_not_end_well(version: PolicyVersion, *, now: datetime) -> str | None:
    """Whether its calls never end with nobody, whatever its conditions, and can be made at all."""
    text = policy_texts.texts_of([version])[version.pk]
    steps = version.steps.prefetch_related(TARGETS).order_by("order", "pk")
    return why_not_hold(text, last_reaches=policy_texts.last_reaches(steps, now=now))


@transaction.atomic
def draft_next(version: PolicyVersion) -> PolicyVersion:
    """The next number of the policy, not published, with the same steps and based on this one."""
    EscalationPolicy.objects.select_for_update(no_key=True).get(pk=version.policy_id)
    last = PolicyVersion.objects.filter(policy=version.policy_id).aggregate(last=Max("number"))
    copy = _copied(version, PolicyVersion(policy_id=version.policy_id, number=last["last"] + 1))
    copy.based_on = version
    copy.save(force_insert=True)
    _copy_steps(version, copy)
    return copy


UP, DOWN = -1, 1


@transaction.atomic
def move_step(step: EscalationStep, *, places: int, now: datetime) -> bool:
    """The step of a draft is told when its neighbor was, and the other way round; UP or DOWN.

    False when it has no neighbor there. Raises Refused when the calls could end with nobody then.
    """
    version = PolicyVersion.objects.select_for_update(no_key=True).get(pk=step.version_id)
    if version.published_at is not None or version.asked_at is not None:
        raise Refused("It is published, or waits for a second person, so it stays as it is.")
    same = version.steps.filter(clock=step.clock).order_by("anchor", "wait_minutes", "order", "pk")
    steps = list(same)
    place = next(index for index, one in enumerate(steps) if one.pk == step.pk)
    if not 0 <= place + places < len(steps):
        return False
    one, other = steps[place], steps[place + places]
    for name in ("anchor", "wait_minutes", "order"):
        mine, theirs = getattr(one, name), getattr(other, name)
        setattr(one, name, theirs)
        setattr(other, name, mine)
    EscalationStep.objects.bulk_update([one, other], ["anchor", "wait_minutes", "order"])
    refuse_if(why_not_end_well(version, now=now))
    return True


@transaction.atomic
def copy_to_new(version: PolicyVersion, *, name: str, by: Person) -> PolicyVersion:
    """A policy of its own with a draft that does the same; nothing leads to it yet.

    Raises Refused when `by` may not, or when another policy is called so.
    """
    refuse_if(why_not_keep_policies(roles.of(by)))
    title, slug = in_one_line(name), slugify(name)[:50]
    if not title or not slug:
        raise Refused("Give the new policy a name.")
    if EscalationPolicy.objects.filter(name__iexact=title).exists() or (
        EscalationPolicy.objects.filter(slug=slug).exists()
    ):
        raise Refused(f"There is a policy called “{title}” already. Choose another name.")
    policy = EscalationPolicy.objects.create(name=title[:80], slug=slug)
    copy = _copied(version, PolicyVersion(policy=policy, number=1))
    copy.save(force_insert=True)
    _copy_steps(version, copy)
    return copy


def free_name(name: str) -> str:
    """A name for a copy that no policy has: "Payments, copy", "Payments, copy 2"."""
    taken = set(EscalationPolicy.objects.values_list("name", flat=True))
    short = name[:68]
    found, number = f"{short}, copy", 2
    while found in taken:
        found, number = f"{short}, copy {number}", number + 1
    return found


@transaction.atomic
def roll_back(version: PolicyVersion, *, by: Person, reason: str, now: datetime) -> PolicyVersion:
    """What a version said holds again, as the next version, with a reason.

    Raises Refused when `by` may not, without a reason, when it holds already, or when it could end
    with nobody by now.
    """
    refuse_if(why_not_keep_policies(roles.of(by)))
    EscalationPolicy.objects.select_for_update(no_key=True).get(pk=version.policy_id)
    published = PolicyVersion.objects.filter(
        policy=version.policy_id, published_at__isnull=False
    ).order_by("-number")
    newest = published.first()
    if newest is None or version.published_at is None:
        raise Refused("Only a version that held before can be gone back to.")
    if newest.pk == version.pk or (newest.based_on_id == version.pk and _same(newest, version)):
        raise Refused(f"Version {newest.number} does that already.")
    said = in_one_line(reason)
    if not said:
        raise Refused("Say why you go back, in a few words.")
    copy = draft_next(version)
    PolicyVersion.objects.filter(pk=copy.pk).update(rationale=said)
    return publish(copy, by=by, now=now)


def _same(one: PolicyVersion, other: PolicyVersion) -> bool:
    texts = policy_texts.texts_of([one, other])
    return texts[one.pk] == texts[other.pk]


def _copied(version: PolicyVersion, copy: PolicyVersion) -> PolicyVersion:
    for name in OF_VERSION:
        setattr(copy, name, getattr(version, name))
    return copy


def _copy_steps(version: PolicyVersion, copy: PolicyVersion) -> None:
    """The same steps, targets and decisions, in a constant number of statements."""
    steps = list(version.steps.prefetch_related("targets", "decisions").order_by("pk"))
    fresh = EscalationStep.objects.bulk_create(
        EscalationStep(version=copy, **_of(step, OF_STEP)) for step in steps
    )
    pairs: Sequence[tuple[EscalationStep, EscalationStep]] = list(zip(steps, fresh, strict=True))
    StepTarget.objects.bulk_create(
        StepTarget(step=new, **_of(target, OF_TARGET))
        for old, new in pairs
        for target in sorted(old.targets.all(), key=lambda one: one.pk)
    )
    links = EscalationStep.decisions.through
    links.objects.bulk_create(
        links(escalationstep=new, decisionkind=one)
        for old, new in pairs
        for one in old.decisions.all()
    )


def _of(row: object, names: Sequence[str]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}
