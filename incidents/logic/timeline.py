"""What each kind of timeline entry says. Entries store kind and parameters, never finished text."""

from collections.abc import Mapping

from config.portal.sentences import Param, Sentence

SENTENCES: Mapping[str, str] = {
    "detected": "{source} reported it: {alert}.",
    "declared": "{who} declared it.",
    "declared:template": "{who} declared it, starting from the template “{template}”.",
    "advised": (
        "{who} answered questions: {answers}. That suggests {suggested}; {who} chose {chosen}."
    ),
    "alerts_joined": "{count} more signals joined.",
    "alerts_joined:one": "One more signal joined.",
    "alerts_joined:needed": ("{service} needs {cause}, so what it reports is shown here: {alert}."),
    "alerts_joined:held": (
        "{alert} has been firing since {held_at}. Planned work held it back: {window}."
    ),
    "reopened": "{source} says that it is happening again. It is open again, and the calls start.",
    "resolved_by_itself": "All signals of {source} stayed quiet, so it is resolved.",
    "steps_paused": "Planned work is going on: {window}. Nobody is called before {until_at}.",
    "signals_resolved": "{source} says that all signals are back to normal. A person resolves it.",
    "signals_firing": "{source} says that it is happening again.",
    "told": "We told {who}, {reason}.",
    "escalated": "We went on to {who}, {reason}.",
    "step_skipped": "Nobody could be called at this step, so we went on to the next at once.",
    "ran_late": "Muster was {late_minutes} late. Later steps move by the same time.",
    "exhausted": "Everyone has been called as often as the rule says. Phone somebody yourself.",
    "nobody_called": "No rule reaches anybody. Phone somebody yourself.",
    "unreached": "{who} could not be reached, so we go on to the next at once.",
    "unreached:left": "{who} has left, so we go on to the next at once.",
    "acknowledged": "{who} acknowledged it.",
    "acknowledged_by_link": "{who} acknowledged it, through the link sent to {who}.",
    "handed_back": "{who} handed it back. The calls go on now.",
    "handed_back:left": "{who} has left, so nobody is looking at it. The calls go on now.",
    "handed_back:command_left": "{who} has left. Nobody leads now.",
    "handed_back:role_left": "{who} has left. Nobody is {role} now.",
    "handed_back:contained": "{who} undid that: it is not contained. Its steps go on.",
    "handed_back:command": "{who} gave the command back. Nobody leads now.",
    "passed": "{who} cannot take it. We call the next person now.",
    "contained": "{who} marked it contained.",
    "resolved": "{who} marked it resolved.",
    "reviewed": "{who} published the review.",
    "updated": "{who} posted update {number}.",
    "command_taken": "{who} is the incident commander now.",
    "note": "{text}",
}


def sentence(kind: str, params: Mapping[str, Param]) -> Sentence:
    """The sentence for one entry, of its kind and of `what` if it says so.

    Raises KeyError for a kind that nobody wrote a sentence for.
    """
    is_one = kind == "alerts_joined" and params.get("count") == "1"
    what = params.get("what", "one" if is_one else None)
    return Sentence(SENTENCES[f"{kind}:{what}" if what is not None else kind], params)
