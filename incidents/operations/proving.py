"""The rules are proved again wherever something they are made of has changed; findings are rows."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused
from incidents.logic.proof import silence as rules_of_silence
from incidents.logic.proof.together import Joint, together
from incidents.models import Finding, FindingSilence, Proof
from incidents.queries import proving
from incidents.queries.proving import Material
from rosters.logic.reasons import in_one_line
from rosters.models import Person, Pulse, Service
from rosters.operations import pulse

PULSE = "proof"
MOST = 250
"""So many services in one go; the sweep comes again for the rest."""


@dataclass(frozen=True)
class Proved:
    """How many services were proved now, and how many are still to be proved."""

    proved: int
    left: int = 0


def sweep(*, runner: str, now: datetime) -> Proved:
    """Whatever changed since the last time is proved; on a new day everything is.

    Costs one small query while nothing has changed. Two at once are harmless.
    """
    mark = [{"mark": proving.mark(), "day": f"{now:%Y-%m-%d}"}]
    last = Pulse.objects.filter(name=PULSE).first()
    if last is not None and last.detail == mark:
        return Proved(0)
    done = prove(now=now, most=MOST)
    pulse.beat(PULSE, runner=runner, now=now, detail=mark if not done.left else [])
    return done


def prove(
    *, now: datetime, most: int | None = None, services: Collection[int] | None = None
) -> Proved:
    """Each service whose rules, rosters, cells or people changed has its findings of `now`.

    `services` names those that are looked at; else all are, and the company's own rule.
    """
    material = proving.load(now=now)
    _forget(material)
    rows = Proof.objects.values_list("service", "fingerprint")
    known: dict[int | None, str] = dict(rows.iterator())
    asked = [*material.services.values(), None]
    if services is not None:
        asked = [one for one in asked if one is not None and one.pk in services]
    prints = [(one, material.fingerprint(one)) for one in asked]
    due = [(one, mark) for one, mark in prints if known.get(one.pk if one else None) != mark]
    for service, fingerprint in due[:most]:
        found = together(material.prove(service), window=material.window, now=now)
        _write(service, fingerprint, found, material)
    return Proved(len(due[:most]), len(due) - len(due[:most]))


def _forget(material: Material) -> None:
    """Proofs of services that are gone went with them; nothing else is forgotten."""
    Finding.objects.filter(gone_at__isnull=True, ends_at__lte=material.now).update(
        gone_at=material.now
    )


@transaction.atomic
def _write(
    service: Service | None, fingerprint: str, found: Iterable[Joint], material: Material
) -> None:
    """The findings of one service are these; those that it no longer has are gone."""
    now = material.now
    proof, _ = Proof.objects.select_for_update().get_or_create(
        service=service, defaults={"fingerprint": "", "proved_at": now}
    )
    opened = {
        (one.kind, one.severity, one.subject): one
        for one in Finding.objects.filter(service=service, gone_at__isnull=True)
    }
    owner = material.owner_of(service)
    made: list[Finding] = []
    kept: list[Finding] = []
    for joint in found:
        row = opened.pop(joint.key, None)
        (kept if row else made).append(_filled(row, joint, service, owner, now=now))
    gone = [one.pk for one in opened.values()]
    Finding.objects.filter(pk__in=gone).update(gone_at=now)
    Finding.objects.bulk_create(made)
    Finding.objects.bulk_update(kept, FACTS)
    Proof.objects.filter(pk=proof.pk).update(fingerprint=fingerprint, proved_at=now)


FACTS = (
    "severities",
    "facts",
    "spans",
    "times",
    "minutes",
    "whole",
    "mends",
    "mends_id",
    "owner",
    "starts_at",
    "ends_at",
    "seen_at",
)


def _filled(
    row: Finding | None,
    joint: Joint,
    service: Service | None,
    owner: Person | None,
    *,
    now: datetime,
) -> Finding:
    one = row or Finding(
        service=service,
        kind=joint.kind,
        severity=joint.severities[0],
        subject=joint.subject,
        first_seen_at=now,
    )
    one.severities = list(joint.severities)
    one.facts = dict(joint.facts)
    one.spans = [[begin.isoformat(), end.isoformat()] for begin, end in joint.spans]
    one.times, one.minutes, one.whole = joint.times, joint.minutes, joint.whole
    one.mends, one.mends_id = joint.mend
    one.owner = owner
    one.starts_at, one.ends_at = joint.spans[0][0], joint.until_at
    one.seen_at = now
    return one


@transaction.atomic
def silence(
    finding: Finding, *, reason: str, until: datetime, by: Person, now: datetime
) -> FindingSilence:
    """The finding is quiet until then, unless it gets worse; everybody reads why. Raises Refused.

    A silence that holds already gives way to it.
    """
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    asked = rules_of_silence.Asked(in_one_line(reason), until, is_gone=finding.gone_at is not None)
    if why_not := rules_of_silence.why_not(asked, now=now):
        raise Refused(why_not)
    _end(finding, by=by, now=now)
    return FindingSilence.objects.create(
        finding=finding,
        reason=asked.reason,
        by=by,
        starts_at=now,
        until=until,
        minutes=finding.minutes,
    )


@transaction.atomic
def end_silence(finding: Finding, *, by: Person, now: datetime) -> bool:
    """The finding speaks again; False when it was not silent."""
    Finding.objects.select_for_update().get(pk=finding.pk)
    return _end(finding, by=by, now=now)


def _end(finding: Finding, *, by: Person, now: datetime) -> bool:
    held = FindingSilence.objects.filter(finding=finding, ended_at__isnull=True)
    return bool(held.update(ended_at=now, ended_by=by))
