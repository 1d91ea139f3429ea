"""Why somebody got a shift of the fair plan, in a sentence. Pure."""

from collections.abc import Mapping

from config.portal.sentences import Sentence, sentence
from rosters.logic.planning import Compared, Given, Reason

WORDS = {
    Reason.ALONE: "Nobody else takes these shifts.",
    Reason.GLADLY: "{person} would gladly.",
    Reason.SPARED_WISH: "{person} comes next, because of a wish of {other_names}.",
    Reason.SPARED_REST: "{other_names} would have too little rest.",
    Reason.SPARED_BUSY: "{other_names} would be on call on two rosters at once.",
    Reason.TURN: "It is the turn of {person}.",
    Reason.LEAST: "{person} has carried less than {other_names} so far.",
}
MANY_AWAY = {
    True: "Nobody is left: {other_names} is away.",
    False: "Nobody is left: {other_names} are away.",
}
ONE_FREE = {
    True: "{person} is the only one there: {other_names} is away.",
    False: "{person} is the only one there: {other_names} are away.",
}
WITH_HOURS = "{person} has carried less than {other_names} so far, by about {hours} hours by day."
WITH_BOTH = (
    "{person} has carried {mine} h, {other_names} {theirs} h: in 12 weeks and this plan so far, as"
    " hours by day."
)
WORTH_SAYING = 1
"""From so many hours on the difference is named."""


def say(
    given: Given,
    names: Mapping[int, str],
    *,
    with_figures: bool,
    compared: Compared | None = None,
) -> Sentence:
    """The sentence; what somebody carried before is a figure for their lead."""
    others = [names[pk] for pk in given.others if pk in names]
    facts = {
        "person": names.get(given.person or 0, ""),
        "other_names": others,
        "hours": round(given.less),
    }
    if given.reason is Reason.NOBODY:
        return sentence(MANY_AWAY[len(others) == 1] if others else NOBODY_KNOWN, **facts)
    if given.reason is Reason.ONLY_ONE_FREE:
        return sentence(ONE_FREE[len(others) == 1], **facts)
    if given.reason is Reason.LEAST:
        if given.less < WORTH_SAYING:
            return sentence("{person} and {other_names} carry the same. {person} is next.", **facts)
        if with_figures and compared and round(compared.mine) < round(compared.theirs):
            figures = {"mine": round(compared.mine), "theirs": round(compared.theirs)}
            return sentence(WITH_BOTH, **facts, **figures)
        return sentence(WITH_HOURS if with_figures else WORDS[Reason.LEAST], **facts)
    return sentence(WORDS[given.reason], **facts)


NOBODY_KNOWN = "Nobody of this layer can be called."
