"""What a version would be as it is typed: written, read as sentences, and taken back again."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from config.portal import clock
from config.portal.sentences import Sentence, sentence
from incidents.admin import preview
from incidents.logic.policy_diff import differences
from incidents.logic.policy_findings import warnings
from incidents.models import PolicyVersion
from incidents.operations import policies
from incidents.queries import policy_list, policy_texts


@dataclass(frozen=True)
class Trial:
    """One version as it reads: who would be called, what it leads to, what it changes.

    `besides` are the steps that begin only when something asks for them.
    """

    refusal: str | None = None
    heading: Sentence | None = None
    lines: tuple[tuple[Sentence, ...], ...] = ()
    besides: tuple[policy_list.Line, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    changes: tuple[Sentence, ...] = ()
    compared_with: PolicyVersion | None = None
    is_incomplete: bool = False


def of_version(version: PolicyVersion) -> Trial:
    """A version as it stands in the database; at most a constant number of queries."""
    service, steps = preview.steps_of(version)
    before = (
        PolicyVersion.objects.filter(
            policy=version.policy_id, published_at__isnull=False, number__lt=version.number
        )
        .order_by("-number")
        .first()
    )
    texts = policy_texts.texts_of([one for one in (version, before) if one is not None])
    mine = texts[version.pk]
    return Trial(
        policies.why_not_end_well(version, now=clock.show_now()),
        sentence("If {service} broke now:", service=str(service)) if steps else None,
        tuple(preview.line(step) for step in steps),
        policy_list.besides(mine, steps),
        warnings(mine),
        differences(texts[before.pk], mine) if before else (),
        before,
    )


def tried(write: Callable[[], PolicyVersion | None]) -> Trial:
    """The trial of what `write` writes, which is taken back; None from it: not complete yet."""
    with transaction.atomic():
        version = write()
        found = of_version(version) if version is not None else Trial(is_incomplete=True)
        transaction.set_rollback(True)
    return found
