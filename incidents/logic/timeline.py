"""What each kind of timeline entry says. Entries store kind and parameters, never finished text."""

from collections.abc import Mapping

from config.portal.sentences import Param, Sentence, spoken
from rosters.logic import whys

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
    "reopened:own": "Its signals fire again. It is open again, and the calls start.",
    "signals_resolved:own": "All its signals are back to normal. A person resolves it.",
    "signals_firing:own": "Its signals fire again.",
    "resolved_by_itself": "All signals of {source} stayed quiet, so it is resolved.",
    "steps_paused": "Planned work is going on: {window}. Nobody is called before {until_at}.",
    "signals_resolved": "{source} says that all signals are back to normal. A person resolves it.",
    "signals_firing": "{source} says that it is happening again.",
    "told": "We told {who}, {reason}.",
    "room_told": "We tell the room {room} too.",
    "room_told:failed": "The room {room} could not be told: {why}",
    "escalated": "We went on to {who}, {reason}.",
    "step_skipped": "Nobody could be called at this step, so we went on to the next at once.",
    "step_skipped:condition": (
        "A step was left out, as its rule says. We went on to the next at once."
    ),
    "step_skipped:known": (
        "Everybody whom this step calls has acknowledged, so we went on to the next at once."
    ),
    "ran_late": "Muster was {late_minutes} late. Later steps move by the same time.",
    "exhausted": "Everyone has been called as often as the rule says. Phone somebody yourself.",
    "nobody_called": "No rule reaches anybody. Phone somebody yourself.",
    "unreached": "{who} could not be reached, so we go on to the next at once.",
    "unreached:asked": "{who} could not be reached. Call somebody else.",
    "unreached:left": "{who} has left, so we go on to the next at once.",
    "acknowledged": "{who} acknowledged it.",
    "acknowledged:each": (
        "{who} acknowledged it. {others} must do so too, so we go on calling them."
    ),
    "acknowledged:sms": "{who} acknowledged it, by a text message.",
    "acknowledged:phone": "{who} acknowledged it, by a key on the phone.",
    "acknowledged:chat": "{who} acknowledged it, by a button in the chat.",
    "acknowledged:too": "{who} acknowledged it too. {first} has it.",
    "acknowledged_by_link:each": (
        "{who} acknowledged it, through the link sent to {who}. {others} must do so too, so we go"
        " on calling them."
    ),
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
    "attention_asked": (
        "We asked {who} whether they are still on it. Without an answer by {until_at}, the calls go"
        " on."
    ),
    "attention_asked:shift": (
        "{who} is off shift now, so we asked whether they are still on it. Without an answer by"
        " {until_at}, the calls go on."
    ),
    "attention_given": "{who} is still on it.",
    "attention_given:link": "{who} is still on it, as they said through the link sent to them.",
    "attention_given:sms": "{who} is still on it, as they said by a text message.",
    "attention_given:phone": "{who} is still on it, as they said by a key on the phone.",
    "attention_given:chat": "{who} is still on it, as they said by a button in the chat.",
    "attention_lost": (
        "{who} did not say that they are still on it, so nobody is. The calls go on now."
    ),
    "role_filled": "{who} is the {role} of this incident now.",
    "role_filled:brief": "{who} is the {role} of this incident now. {text}",
    "role_filled:asked": "{who} asked for somebody to be {role}. We told {backup}, {reason}.",
    "role_filled:asked_nobody": (
        "{who} asked for somebody to be {role}. Nobody who is one can be reached."
    ),
    "handed_back:role": "{who} gave the role of {role} back. It is nobody's now.",
    "decided": "{who} decided: {text}.",
    "decided:role": "{who} decided, as the {role}: {text}.",
    "approval_asked": (
        "{who} asked the {role} to agree: {text}. We told {backup}, who has until {due_at}."
    ),
    "approval_asked:nobody": (
        "{who} asked the {role} to agree: {text}. Nobody who may can be reached. Phone them"
        " yourself."
    ),
    "approval_answered:approved": "{who} agreed with {backup}: {text}.{note}",
    "approval_answered:declined": "{who} said no to {backup}: {text}.{note}",
    "approval_answered:withdrawn": "{who} took the question back: {text}.",
    "approval_answered:resolved": "It is resolved, so this need not be decided any more: {text}.",
    "approval_passed_on": "The {role} did not answer in time, so we ask {who}, {reason}: {text}.",
    "approval_passed_on:nobody": (
        "The {role} did not answer in time, and nobody else who may can be reached: {text}. Phone"
        " them yourself."
    ),
    "cause_known": "{who} wrote down the cause: {text}",
    "cause_known:changed": "{who} wrote the cause down anew: {text}",
    "restricted": "{who} closed it to everybody without a part in it. {text}",
    "authority_told": "{who} noted that {text} was told at {told_at}. Reference: {reference}.",
    "authority_told:plain": "{who} noted that {text} was told at {told_at}.",
    "authority_told:needless": "{who} noted that no authority must be told, because {text}",
    "evidence": "{who} has collected this: {text}.",
    "evidence:back": "{who} does not have this after all: {text}.",
    "severity_changed": "{who} made it {after} instead of {before}: {reason}",
    "severity_changed:rule": "The rule “{rule}” made it {after}, worse than {before}: {reason}",
    "severity_changed:worse": "{who} made it {after}, worse than {before}: {reason}",
    "severity_changed:milder": "{who} made it {after}, less bad than {before}: {reason}",
    "held": "{who} holds every call until {until_at}: {reason}",
    "snoozed": "{who} lets the calls to acknowledge it wait until {until_at}: {reason}",
    "calls_resumed": "The calls go on now, as planned.",
    "calls_resumed:early": "{who} ended the wait. The calls go on now.",
    "calls_resumed:worse": "It is worse than was thought, so the calls go on now.",
    "rerouted": "{who} sends the calls to {target} until {until_at}: {reason}",
    "rerouted:rule": (
        "It goes by the rule “{rule}”: {who} said so for what breaks here until {until_at}."
        " {reason}"
    ),
    "rerouted:fallback": (
        "{target} cannot be reached, so the calls go where they went before: to {people}."
    ),
    "reroute_ended": "The calls go where they went before.",
    "reroute_ended:early": "{who} ended that. The calls go where they went before.",
    "jumped": "{who} skipped to step {number}: {target} is called now.",
    "jumped:why": "{who} skipped to step {number}: {target} is called now. {reason}",
    "expert_called": "{who} called {target}, {role}, by hand: {reason}",
    "help_asked": "{who} asked {target} for help: {reason}",
    "help_answered": "{who} is on the way.",
    "help_answered:cannot": "{who} cannot help now.",
    "stood_down": "{who} stood {people} down: {reason}",
    "version_moved": (
        "The rule “{policy}”, version {number}, holds now. Nobody is told again what they know."
    ),
    "runbook_chosen": "{who} chose the runbook “{runbook}” in place of “{before}”.",
    "step_marked:worked": "{who} did step {number} of the runbook: {text}.{note}",
    "step_marked:failed": "Step {number} of the runbook did not work for {who}: {text}.{note}",
    "step_marked:skipped": "{who} left step {number} of the runbook out: {text}.{note}",
    "step_marked:back": "{who} set step {number} of the runbook back to “to do”: {text}.",
    "note": "{text}",
}
spoken(SENTENCES)
REASONED = frozenset(
    {
        "told",
        "escalated",
        "role_filled",
        "approval_asked",
        "approval_passed_on",
        "expert_called",
    }
)
WHY = frozenset({"reason", "role"})
"""Where these say why it is them; elsewhere they are the words of a person."""


def _reason(value: Param) -> Param:
    return whys.known(value) if isinstance(value, str) else value


def sentence(kind: str, params: Mapping[str, Param]) -> Sentence:
    """The sentence for one entry, of its kind and of `what` if it says so.

    Raises KeyError for a kind that nobody wrote a sentence for.
    """
    if kind in REASONED:
        params = {key: _reason(value) if key in WHY else value for key, value in params.items()}
    is_one = kind == "alerts_joined" and params.get("count") == "1"
    what = params.get("what", "one" if is_one else None)
    return Sentence(SENTENCES[f"{kind}:{what}" if what is not None else kind], params)
