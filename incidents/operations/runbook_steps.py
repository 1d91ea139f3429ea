"""Following a runbook in an incident: what came of a step, and taking that back."""

from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused, refuse_if
from config.portal.sentences import Sentence
from incidents.enums import EntryKind, StepOutcome
from incidents.logic import access
from incidents.logic import runbook_steps as rules
from incidents.models import Incident, StepMark
from incidents.models.steps import NOTE_LENGTH
from incidents.operations import lifecycle, timeline
from incidents.queries import runbook_steps, standing
from incidents.queries.runbook_steps import Line
from rosters.logic.reasons import in_one_line
from rosters.models import Person
from runbooks.models import Runbook

WORDS = {
    StepOutcome.WORKED: "{who} did step {number} already, at {done_at}. Nothing has changed.",
    StepOutcome.SKIPPED: "{who} left step {number} out, at {done_at}. Take that back first.",
    StepOutcome.FAILED: "{who} said at {done_at} that step {number} did not work.",
}


class SaidBefore(Refused):
    """Somebody has said already what came of this step. `sentence` names them and the instant."""

    def __init__(self, line: Line, mark: StepMark) -> None:
        super().__init__(f"{mark.marked_by} has said already what came of step {line.number}.")
        self.sentence = Sentence(
            WORDS[StepOutcome(mark.outcome)],
            {"who": str(mark.marked_by), "number": str(line.number), "done_at": mark.marked_at},
        )


@transaction.atomic
def mark(
    incident: Incident, step_id: int, outcome: str, *, by: Person, now: datetime, note: str = ""
) -> StepMark:
    """It is known what came of the step, and the incident follows its version from now on.

    The same said twice by one person changes nothing; a step that did not work may work later, and
    who said first that it did not stays.
    Raises SaidBefore when somebody else was faster, and Refused when `by` may not.
    """
    locked, note = _held(incident, by=by), in_one_line(note)[:NOTE_LENGTH]
    refuse_if(rules.why_not_outcome(outcome, note))
    line = _line(locked, step_id)
    known = line.mark
    if known is not None and _is_the_same(known, outcome, note, by=by):
        return known
    if known is not None and not _may_follow(known, outcome, by=by):
        raise SaidBefore(line, known)
    said = {"outcome": outcome, "note": note, "marked_at": now, "marked_by": by}
    made, _is_new = StepMark.objects.update_or_create(
        incident=locked, step=line.step, defaults=said
    )
    _write(locked, line, outcome, by=by, now=now, note=note)
    return made


def _is_the_same(known: StepMark, outcome: str, note: str, *, by: Person) -> bool:
    says_no_more = note in ("", known.note)
    return known.outcome == outcome and known.marked_by_id == by.pk and says_no_more


def _may_follow(known: StepMark, outcome: str, *, by: Person) -> bool:
    """After a step that did not work: another outcome, or more words of whoever said so."""
    has_failed = known.outcome == StepOutcome.FAILED
    return has_failed and (outcome != known.outcome or known.marked_by_id == by.pk)


@transaction.atomic
def take_back(incident: Incident, step_id: int, *, by: Person, now: datetime) -> int:
    """The step is to be done again; its number. Doing it twice changes nothing. Raises Refused."""
    locked = _held(incident, by=by)
    line = _line(locked, step_id)
    if line.mark is not None:
        line.mark.delete()
        _write(locked, line, "back", by=by, now=now)
    return line.number


@transaction.atomic
def choose(incident: Incident, runbook_id: int, *, by: Person, now: datetime) -> Runbook:
    """The incident follows this runbook of those that are offered; nobody has begun another.

    Choosing what it follows already changes nothing. Raises Refused.
    """
    locked = _held(incident, by=by)
    followed = runbook_steps.followed(locked)
    offered = (followed.runbook, *followed.others) if followed else ()
    chosen = next((one for one in offered if one.pk == runbook_id), None)
    if followed is None or (followed.has_begun and chosen != followed.runbook):
        raise Refused("Somebody has begun with its steps, so the incident stays with them.")
    if chosen is None:
        raise Refused("Choose one of the runbooks that are offered, then press again.")
    if chosen.pk == followed.runbook.pk:
        return chosen
    locked.runbook = chosen
    locked.save(update_fields=["runbook"])
    timeline.record(
        locked,
        EntryKind.RUNBOOK_CHOSEN,
        at=now,
        by=by,
        who=str(by),
        runbook=chosen.title,
        before=followed.runbook.title,
    )
    return chosen


def _held(incident: Incident, *, by: Person) -> Incident:
    locked = lifecycle.lock(incident.pk)
    refuse_if(access.why_not_follow(standing.of(by, locked), standing.state(locked)))
    return locked


def _line(incident: Incident, step_id: int) -> Line:
    followed = runbook_steps.followed(incident)
    lines = followed.lines if followed else ()
    found = next((line for line in lines if line.step.pk == step_id), None)
    if found is None:
        raise Refused(
            "This incident does not follow that version of the runbook. Look at the steps again."
        )
    return found


def _write(
    incident: Incident, line: Line, what: str, *, by: Person, now: datetime, note: str = ""
) -> None:
    timeline.record(
        incident,
        EntryKind.STEP_MARKED,
        at=now,
        by=by,
        who=str(by),
        what=what,
        number=str(line.number),
        text=line.step.text.rstrip("."),
        note=f" {note}" if note else "",
    )
