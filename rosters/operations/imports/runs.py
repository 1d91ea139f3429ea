"""A file from its arrival to its end: received, checked, applied or withdrawn.

Nothing changes before somebody applies what was checked, and then everything or nothing. Every step
is one conditional change of the row, under a lease: a worker that stops loses only its time.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pghistory
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Q

from config.portal import queue
from config.portal.refusals import Refused, refuse_if
from config.portal.sentences import to_json
from rosters.enums import ImportState, ImportSubject
from rosters.intake import files
from rosters.logic.imports import states
from rosters.logic.imports.columns import COLUMNS
from rosters.logic.imports.sheet import Checked, Difference, Mistake, Sheet, arrange
from rosters.logic.reasons import in_one_line
from rosters.models import ImportRun, Person
from rosters.operations.imports.locking import take_time
from rosters.operations.imports.subjects import WAYS
from rosters.queries.importing import may_import

logger = logging.getLogger(__name__)

WAKE = "muster.imports"
SMALL_BYTES = 1_500_000
"""Up to so many unpacked bytes a file is checked while its sender waits."""
SMALL_CHANGES = 400
NAME_LENGTH = 200
ROW_AT_A_TIME = 50
OUR_FAULT = "We could not check this file. It is noted on our side. Nothing was changed."
AT_THAT_MOMENT = "Somebody changed the same at that moment. Nothing was written. Apply it again."
NO_REASON = "Say in one line why. It stands in the history of everything the file changes."


def receive(subject: str, name: str, content: bytes, *, by: Person, now: datetime) -> ImportRun:
    """The file waits to be checked. Raises Refused when `by` may not, or it is too large."""
    if subject not in ImportSubject.values or not may_import(by, subject):
        raise Refused("Your account may not bring this in from a file. Ask an administrator.")
    if len(content) > files.MOST_BYTES:
        raise Refused(files.too_large(len(content)))
    run = ImportRun.objects.create(
        subject=subject,
        file_name=_name(name),
        content=content,
        uploaded_by=by,
        uploaded_at=now,
    )
    queue.wake(WAKE)
    return run


def is_small(run: ImportRun) -> bool:
    """Whether whoever sent it may as well wait for the check."""
    return files.weight(bytes(run.content)) <= SMALL_BYTES


def check(run: ImportRun, *, now: datetime) -> ImportRun:
    """What the file would change, or every mistake in it, is known; nothing else is changed.

    Does nothing when somebody else is at it, or it was checked before.
    """
    if not _claim(run, ImportState.WAITING, ImportState.CHECKING, now=now):
        return _again(run)
    run = _again(run)
    try:
        found, total = _found(run, now=now)
    except files.CannotRead as cannot:
        return _end_check(run, Checked((Mistake(0, "", str(cannot)),)), total=0, now=now)
    return _end_check(run, found, total=total, now=now)


def why_not_apply(run: ImportRun, *, by: Person) -> str | None:
    """Whether `by` may apply this now."""
    return states.why_not_apply(
        run.state, is_own=run.uploaded_by_id == by.pk, changes=len(run.differences)
    )


def apply(run: ImportRun, *, by: Person, reason: str, now: datetime) -> ImportRun:
    """It will be applied, with this reason: at once when it is small, else by the next worker.

    Raises Refused without a reason, and when it cannot be applied. Twice changes nothing.
    """
    why_not = why_not_apply(run, by=by)
    if why_not is None and not may_import(by, run.subject):
        why_not = "Your account may not bring this in from a file. Ask an administrator."
    refuse_if(why_not)
    reason = in_one_line(reason)
    if not reason:
        raise Refused(NO_REASON)
    _move(run, ImportState.CHECKED, state=ImportState.APPLYING, reason=reason, lease_until=None)
    run = _again(run)
    if len(run.differences) <= SMALL_CHANGES:
        return carry_out(run, now=now)
    queue.wake(WAKE)
    return run


def withdraw(run: ImportRun, *, by: Person, now: datetime) -> ImportRun:
    """The file is dropped; nothing was changed by it. Raises Refused when it is too late."""
    refuse_if(states.why_not_withdraw(run.state, is_own=run.uploaded_by_id == by.pk))
    before = ImportState(run.state)
    ended = {"state": ImportState.WITHDRAWN, "content": b"", "ended_at": now, "differences": []}
    _move(run, before, **ended)
    return _again(run)


def carry_out(run: ImportRun, *, now: datetime) -> ImportRun:
    """Everything in the file is written in one transaction, with one reason for all of it.

    What has changed since it was checked is shown first: then nothing is written, and it waits to
    be applied again. Does nothing when somebody else is at it. Raises Refused when somebody wrote
    the same at that moment.
    """
    if not _claim(run, ImportState.APPLYING, ImportState.APPLYING, now=now):
        return _again(run)
    sheet = files.read(bytes(_again(run).content), COLUMNS[run.subject])
    try:
        return _write(run, sheet, now=now)
    except IntegrityError as error:
        _move(run, ImportState.APPLYING, state=ImportState.CHECKED, lease_until=None)
        raise Refused(AT_THAT_MOMENT) from error


def _write(run: ImportRun, sheet: Sheet, *, now: datetime) -> ImportRun:
    way = WAYS[run.subject]
    with transaction.atomic():
        take_time()
        held = ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        if held.state != ImportState.APPLYING:
            return held
        way.lock()
        found, total = _compare(held, sheet, now=now)
        fresh = _fresh(held, found)
        if found.mistakes or fresh:
            return _end_check(held, _marked(found, fresh), total=total, now=now)
        by = held.uploaded_by
        with pghistory.context(user=by.pk, reason=held.reason, file=held.file_name):
            way.write(found.plans, by=by, now=now)
        ended = {"state": ImportState.APPLIED, "content": b"", "ended_at": now, "lease_until": None}
        _move(held, ImportState.APPLYING, rows_done=total, **ended)
    return _again(run)


def sweep(*, clock: Callable[[], datetime]) -> int:
    """Every file that waits is checked, every one that is to be applied is; returns how many.

    One that fails for a reason of ours is refused in words, so that no other waits for it.
    """
    done = 0
    while (run := _next(now=clock())) is not None and done < ROW_AT_A_TIME:
        done += 1
        act = carry_out if run.state == ImportState.APPLYING else check
        try:
            act(run, now=clock())
        except Refused as refused:
            logger.info("import not applied: %s", refused, extra={"import_run": run.pk})
        except (OperationalError, InterfaceError):
            raise  # the next sweep tries again, once the lease is over
        except Exception:
            logger.exception("import failed", extra={"import_run": run.pk})
            _give_up(run, now=clock())
    return done


def _next(*, now: datetime) -> ImportRun | None:
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    waiting = ImportRun.objects.filter(free, state__in=states.UNDER_WAY)
    found: ImportRun | None = waiting.order_by("uploaded_at", "pk").defer("content").first()
    return found


def _claim(run: ImportRun, before: ImportState, after: ImportState, *, now: datetime) -> bool:
    """Whether it is ours until the lease is over; one left behind by who stopped is free again."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    mine = ImportRun.objects.filter(free, pk=run.pk, state__in={before, after})
    return bool(mine.update(state=after, lease_until=now + states.LEASE))


def _move(run: ImportRun, before: ImportState, **values: Any) -> None:
    """Raises Refused when it is no longer where it was."""
    if not ImportRun.objects.filter(pk=run.pk, state=before).update(**values):
        raise Refused("Somebody was faster. Look at how it stands now.")


def _again(run: ImportRun) -> ImportRun:
    found: ImportRun = ImportRun.objects.select_related("uploaded_by").get(pk=run.pk)
    return found


def _found(run: ImportRun, *, now: datetime) -> tuple[Checked[Any], int]:
    sheet = files.read(bytes(run.content), COLUMNS[run.subject])
    mine = ImportRun.objects.filter(pk=run.pk, state=ImportState.CHECKING)
    mine.update(rows_total=len(sheet.lines), rows_done=0)

    def tell(done: int) -> None:
        mine.update(rows_done=done)

    return _compare(run, sheet, now=now, tell=tell)


def _compare(
    run: ImportRun,
    sheet: Sheet,
    *,
    now: datetime,
    tell: Callable[[int], None] = lambda _: None,
) -> tuple[Checked[Any], int]:
    """What the file would do now, and how many rows it has."""
    way = WAYS[run.subject]
    records, mistakes = arrange(sheet, COLUMNS[run.subject])
    found = way.check(records, way.load(run.uploaded_by, now=now), now=now, tell=tell)
    return replace(found, mistakes=(*mistakes, *found.mistakes)), len(sheet.lines)


def _end_check(run: ImportRun, found: Checked[Any], *, total: int, now: datetime) -> ImportRun:
    """What was found is kept. With mistakes the file is dropped: it comes again, mended."""
    values: dict[str, Any] = {
        "state": ImportState.CHECKED,
        "mistakes": [],
        "differences": [_stored(one) for one in found.differences],
        "fingerprint": _fingerprint(found.differences),
    }
    if found.mistakes:
        values = {
            "state": ImportState.REFUSED,
            "mistakes": [_told(one) for one in found.mistakes],
            "differences": [],
            "content": b"",
            "ended_at": now,
        }
    ImportRun.objects.filter(pk=run.pk, state=run.state).update(
        rows_total=total,
        rows_done=total,
        unchanged=found.unchanged,
        lease_until=None,
        **values,
    )
    return _again(run)


def _give_up(run: ImportRun, *, now: datetime) -> None:
    state = ImportRun.objects.filter(pk=run.pk).values_list("state", flat=True).get()
    ImportRun.objects.filter(pk=run.pk, state=state).update(
        state=ImportState.REFUSED,
        mistakes=[_told(Mistake(0, "", OUR_FAULT))],
        differences=[],
        content=b"",
        ended_at=now,
        lease_until=None,
    )


def _stored(one: Difference) -> dict[str, Any]:
    return {
        "row": one.row,
        "about": one.about,
        "said": [to_json(said) for said in one.said],
        "key": _hash(one.key),
        "fresh": one.is_fresh,
    }


def _told(one: Mistake) -> dict[str, Any]:
    return {"row": one.row, "column": one.column, "text": one.text, "value": one.value}


def _fresh(run: ImportRun, found: Checked[Any]) -> set[str]:
    """What nobody has seen yet of what would be written; nothing while the fingerprint holds."""
    if run.fingerprint == _fingerprint(found.differences):
        return set()
    seen = {one["key"] for one in run.differences}
    return {one.key for one in found.differences if _hash(one.key) not in seen}


def _marked(found: Checked[Any], fresh: set[str]) -> Checked[Any]:
    marked = (replace(one, is_fresh=one.key in fresh) for one in found.differences)
    return replace(found, differences=tuple(marked))


def _fingerprint(differences: Iterable[Difference]) -> str:
    return hashlib.sha256("\n".join(one.key for one in differences).encode()).hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _name(name: str) -> str:
    """The file's name as it can be shown and kept."""
    seen = "".join(one for one in name if one.isprintable())
    return seen[-NAME_LENGTH:] or "A file without a name"
