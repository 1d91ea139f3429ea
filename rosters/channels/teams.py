"""Chat by an incoming webhook of Microsoft Teams. Never tried against Teams itself.

Its contract takes a card with links and tells nothing back: a press opens the answer page.
"""

import json
from typing import Any

from rosters.channels import web
from rosters.channels.contract import Field, Kind, Outgoing, Receipt
from rosters.enums import Channel

CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"


class Teams(web.HttpCarrier):
    """One card for each message, in the chat or channel that the webhook belongs to."""

    def send(self, outgoing: Outgoing) -> Receipt:
        body = json.dumps(card(outgoing)).encode()
        web.post(self._given["address"], body, {"Content-Type": "application/json"})
        return Receipt()


def card(outgoing: Outgoing) -> dict[str, Any]:
    """The message that holds one adaptive card, for whom it is, and a link to answer."""
    content: dict[str, Any] = {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            _words(outgoing.subject, weight="Bolder", size="Medium"),
            _words(f"For {outgoing.person_name}", isSubtle=True),
            *(_words(part) for part in outgoing.below_subject.split("\n\n") if part.strip()),
        ],
    }
    if outgoing.answer_link:
        content["actions"] = [
            {"type": "Action.OpenUrl", "title": "Answer", "url": outgoing.answer_link}
        ]
    return {"type": "message", "attachments": [{"contentType": CARD, "content": content}]}


def _words(text: str, **look: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text.strip(), "wrap": True, **look}


KIND = Kind(
    slug="teams",
    name="Microsoft Teams",
    about="Chat by an incoming webhook (a workflow) of one channel or chat. Its card links to the"
    " answer page.",
    channels=(Channel.CHAT,),
    fields=(
        Field(
            "address",
            "Address of the webhook",
            "Whoever knows it can write there, so it is kept sealed.",
            is_secret=True,
            why_not=web.why_not_address,
        ),
    ),
    make=Teams,
    untried="It is built to the public contract of Teams and was never tried with a real one: send"
    " a test before you rely on it.",
)
