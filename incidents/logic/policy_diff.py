"""What one version of a policy changes, in sentences. Pure.

Steps of one clock are compared in the order of time. Those that call the same people belong
together, wherever they moved; of the rest, those that stand in the same place. Of steps that
changed places, one is said to have moved.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from config.portal.sentences import Param, Phrase, Sentence, phrase, spoken
from incidents.logic import condition_words
from incidents.logic.policy_text import (
    CLOCKS,
    MINUTE,
    STEPS,
    WHENS,
    PolicyText,
    StepText,
    and_,
    times,
    when,
)
from incidents.logic.summons import EACH

Block = tuple[str, int, int, int, int]
"""What difflib says of a stretch: how it differs, and where it stands in both."""


@dataclass(frozen=True)
class Pair:
    """Which step became which; None where one is new or gone. `is_moved`: past its neighbors."""

    old: StepText | None
    new: StepText | None
    is_moved: bool = False


def differences(old: PolicyText, new: PolicyText) -> tuple[Sentence, ...]:
    """What is different in `new`; nothing where both do the same."""
    found = [
        one
        for clock in CLOCKS
        for pair in _pairs(old.of_clock(clock), new.of_clock(clock))
        for one in _of_pair(pair)
    ]
    return (*found, *_of_rounds(old, new))


def _pairs(old: Sequence[StepText], new: Sequence[StepText]) -> list[Pair]:
    """Every step of both, in the order of the new ones; those that are gone where they stood."""
    matcher = SequenceMatcher(None, [s.tells for s in old], [s.tells for s in new], autojunk=False)
    blocks = matcher.get_opcodes()
    left = [one for tag, i, j, _k, _m in blocks if tag != "equal" for one in old[i:j]]
    moved = {}
    for tag, _i, _j, k, m in blocks:
        for step in new[k:m] if tag != "equal" else ():
            same = next((one for one in left if one.tells == step.tells), None)
            if same is not None:
                left.remove(same)
                moved[step.number] = same
    return [one for block in blocks for one in _of_block(block, old, new, left, moved)]


COMES = spoken({one: f"{{step}} comes {one}." for one in WHENS.values()})
CAME = spoken(
    {
        one: f"Before, it came {one.replace('after_minutes', 'before_minutes')}."
        for one in WHENS.values()
    }
)
GONE = spoken({one: f"{{step}} is gone: it called {{whom}} {one}." for one in WHENS.values()})
NEW = spoken({one: f"{{step}} is new: it calls {{whom}} {one}." for one in WHENS.values()})


def _of_block(
    block: Block,
    old: Sequence[StepText],
    new: Sequence[StepText],
    left: Sequence[StepText],
    moved: Mapping[int, StepText],
) -> Iterator[Pair]:
    tag, i, j, k, m = block
    if tag == "equal":
        yield from (Pair(*both) for both in zip(old[i:j], new[k:m], strict=True))
        return
    fresh = [one for one in new[k:m] if one.number not in moved]
    gone = [one for one in old[i:j] if one in left]
    yield from (Pair(*both) for both in itertools.zip_longest(gone, fresh))
    for one in new[k:m]:
        if one.number in moved:
            yield Pair(moved[one.number], one, is_moved=True)


def _of_pair(pair: Pair) -> Iterator[Sentence]:
    old, new = pair.old, pair.new
    if new is None and old is not None:
        yield _built(GONE, old, when(old))
    elif old is None and new is not None:
        yield _built(NEW, new, when(new))
        if new.rooms:
            yield _plain("{step} also tells {rooms}.", new, rooms=and_(new.rooms))
        yield from _conditions(None, new)
    elif old is not None and new is not None:
        if pair.is_moved:
            words = "{step} has moved, it was {before}: it calls {whom}."
            yield _plain(words, new, before=old.name, whom=new.whom)
        yield from _of_changed(old, new)


def _of_changed(old: StepText, new: StepText) -> Iterator[Sentence]:
    if old.tells != new.tells:
        words = "{step} calls {whom}. Before, it called {before}."
        yield _plain(words, new, whom=new.whom, before=old.whom)
    if (old.wait, old.from_target) != (new.wait, new.from_target):
        yield _moved(old, new)
    if old.is_urgent != new.is_urgent:
        yield _plain(
            "{step} is urgent now: it waits for nobody's quiet hours."
            if new.is_urgent
            else "{step} is not urgent any more: it waits for the end of quiet hours.",
            new,
        )
    if more := tuple(one for one in new.rooms if one not in old.rooms):
        yield _plain("{step} also tells the room {rooms} now.", new, rooms=and_(more))
    if less := tuple(one for one in old.rooms if one not in new.rooms):
        yield _plain("{step} no longer tells the room {rooms}.", new, rooms=and_(less))
    yield from _conditions(old, new)


def _moved(old: StepText, new: StepText) -> Sentence:
    before, after = when(old), when(new)
    params = {key.replace("after_minutes", "before_minutes"): v for key, v in before.params.items()}
    words = f"{COMES[after.msgid]} {CAME[before.msgid]}"
    return Sentence(words, {**after.params, **params, "step": _named(new)})


def _conditions(old: StepText | None, new: StepText) -> Iterator[Sentence]:
    """When it holds, whom it waits for, and what they may decide, where that is different."""
    was = condition_words.phrases(old.conditions) if old else ()
    now = condition_words.phrases(new.conditions)
    for said in now:
        if said not in was:
            yield _plain("{step} is only {phrase} now.", new, phrase=said)
    for said in was:
        if said not in now:
            yield _plain("{step} is no longer only {phrase}.", new, phrase=said)
    if (old.ack_mode if old else "any") != new.ack_mode:
        words = (
            "Each person whom {step} calls must acknowledge now. Before, one was enough."
            if new.ack_mode == EACH
            else "One acknowledgement is enough for {step} now. Before, each of them had to."
        )
        yield Sentence(words, {"step": new.name})
    before = old.decisions if old else ()
    more = [one for one in new.decisions if one not in before]
    less = [one for one in before if one not in new.decisions]
    if more:
        yield _plain("Whoever {step} calls may {what} alone now.", new, what=and_(more), low=True)
    if less:
        words = "Whoever {step} calls may no longer {what} alone."
        yield _plain(words, new, what=and_(less), low=True)


def _of_rounds(old: PolicyText, new: PolicyText) -> Iterator[Sentence]:
    if old.repeats != new.repeats:
        words = "The calls repeat {now}. Before, they repeated {before}."
        yield Sentence(words, {"now": times(new.repeats), "before": times(old.repeats)})
    if old.repeat_from != new.repeat_from:
        words = "They repeat from step {now}. Before, they did from step {before}."
        yield Sentence(words, {"now": str(new.repeat_from), "before": str(old.repeat_from)})
    if old.loop != new.loop:
        params: dict[str, Param] = {
            "now_minutes": int(new.loop / MINUTE),
            "before_minutes": int(old.loop / MINUTE),
        }
        yield Sentence(
            "The next round begins {now_minutes} after the one before. It was {before_minutes}.",
            params,
        )
    yield from _of_catch_all(old, new)


def _of_catch_all(old: PolicyText, new: PolicyText) -> Iterator[Sentence]:
    if old.catch_all_every != new.catch_all_every:
        params: dict[str, Param] = {
            "now_minutes": int(new.catch_all_every / MINUTE),
            "before_minutes": int(old.catch_all_every / MINUTE),
        }
        yield Sentence(
            "After the rounds, the last step calls every {now_minutes}."
            " Before, it did every {before_minutes}.",
            params,
        )
    if old.catch_all_rounds != new.catch_all_rounds:
        words = "After the rounds, the last step calls {now}. Before, it did {before}."
        counts = {"now": times(new.catch_all_rounds), "before": times(old.catch_all_rounds)}
        yield Sentence(words, counts)


def _named(step: StepText) -> str:
    """The name of a step at the beginning of a sentence."""
    name = step.name
    if not isinstance(name, Phrase):
        return name[0].upper() + name[1:]
    return phrase(NAMED[name.msgid], **name.params)


NAMED = spoken({one: f"{one[0].upper()}{one[1:]}" for one in ("step {n}", *STEPS.values())})


def _plain(words: str, step: StepText, *, low: bool = False, **params: str) -> Sentence:
    return Sentence(words, {"step": step.name if low else _named(step), **params})


def _built(words: Mapping[str, str], step: StepText, begins: Sentence) -> Sentence:
    params = {"step": _named(step), **begins.params, "whom": step.whom}
    return Sentence(words[begins.msgid], params)
