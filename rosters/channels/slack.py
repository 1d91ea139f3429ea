"""Chat by Slack's public Web API, with buttons. Never tried against Slack itself.

One message for each incident and person, edited in place; what comes later stands in its thread.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from rosters.channels import web
from rosters.channels.contract import (
    Fate,
    Field,
    Heard,
    Kind,
    Outgoing,
    Receipt,
    Report,
    SendFailed,
    Settings,
    Unproved,
)
from rosters.enums import Channel, FailureReason

TOLERANCE = timedelta(minutes=5)
MOST_TEXT = 2900
BAD_ADDRESS = frozenset(
    {"channel_not_found", "user_not_found", "not_in_channel", "is_archived", "user_disabled"}
)
OURS = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
NOT_NOW = frozenset(
    {
        "fatal_error",
        "internal_error",
        "ratelimited",
        "rate_limited",
        "request_timeout",
        "service_unavailable",
    }
)
ACTIONS = {"muster_acknowledge": Fate.ACKNOWLEDGED, "muster_pass": Fate.PASSED_ON}


class Slack(web.HttpCarrier):
    """The first message of an incident begins its thread; later ones edit it and add to it."""

    def send(self, outgoing: Outgoing) -> Receipt:
        told = {"text": _text(outgoing), "blocks": blocks(outgoing)}
        channel, _, root = outgoing.thread_root.rpartition(":")
        if not channel:
            return self._post({"channel": outgoing.address, **told})
        self._ask("chat.update", {"channel": channel, "ts": root, **told})
        return self._post({"channel": channel, "thread_ts": root, "text": _text(outgoing)})

    def check(self, *, at: datetime) -> None:  # noqa: ARG002  # as every check
        """It lets us in."""
        self._ask("auth.test", {})

    def _post(self, told: dict[str, Any]) -> Receipt:
        answer = self._ask("chat.postMessage", {"unfurl_links": False, **told})
        return Receipt(f"{answer.get('channel', '')}:{answer.get('ts', '')}")

    def _ask(self, method: str, told: dict[str, Any]) -> dict[str, Any]:
        reply = web.post(
            f"{self._given['base'].rstrip('/')}/api/{method}",
            json.dumps(told).encode(),
            {
                "Authorization": f"Bearer {self._given['token']}",
                "Content-Type": "application/json; charset=utf-8",
            },
        )
        answer = web.read_json(reply.body)
        if answer.get("ok") is not True:
            raise _meant(str(answer.get("error", "")), reply.retry_after)
        return answer


def _meant(error: str, retry_after: int | None) -> SendFailed:
    said = f"It answers {error or 'no'}."
    if error in OURS:
        return SendFailed(said, permanent=False, reason=FailureReason.ACCOUNT)
    if error in BAD_ADDRESS:
        return SendFailed(said, permanent=True, reason=FailureReason.BAD_ADDRESS)
    is_for_now = error in NOT_NOW or not error
    return SendFailed(said, permanent=not is_for_now, retry_after=retry_after)


def _text(outgoing: Outgoing) -> str:
    """Its three signs that mean something are written as it asks."""
    said = f"{outgoing.subject}\n{outgoing.below_subject}"[:MOST_TEXT]
    return said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def blocks(outgoing: Outgoing) -> list[dict[str, Any]]:
    """The words, and the buttons where there is something to answer."""
    words = {"type": "section", "text": {"type": "mrkdwn", "text": _text(outgoing)}}
    if not outgoing.answer_link:
        return [words]
    return [
        words,
        {
            "type": "actions",
            "elements": [
                _button("I am on it", "muster_acknowledge", outgoing, style="primary"),
                _button("I can't take it, call the next", "muster_pass", outgoing),
                {
                    "type": "button",
                    "action_id": "muster_open",
                    "text": {"type": "plain_text", "text": "Open"},
                    "url": outgoing.answer_link,
                },
            ],
        },
    ]


def _button(words: str, action: str, outgoing: Outgoing, **more: str) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": words},
        "value": str(outgoing.message_id),
        **more,
    }


def signature(secret: str, stamp: str, body: bytes) -> str:
    """What proves a request, version 0 of its form."""
    signed = b"v0:" + stamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def hear(given: Settings, heard: Heard, now: datetime) -> list[Report]:
    """A button that somebody pressed."""
    stamp = heard.headers.get("x-slack-request-timestamp", "")
    proof = heard.headers.get("x-slack-signature", "")
    right = signature(given["signing_secret"], stamp, heard.body)
    if not hmac.compare_digest(right.encode(), proof.encode()):
        raise Unproved("The signature does not fit. Check the signing secret.")
    sent_at = datetime.fromtimestamp(int(stamp), UTC) if _is_stamp(stamp) else None
    if sent_at is None or abs(now - sent_at) > TOLERANCE:
        raise Unproved("This was signed more than five minutes ago.", is_late=True)
    return _pressed(heard.body, proof)


def _is_stamp(stamp: str) -> bool:
    return stamp.isascii() and stamp.isdigit() and len(stamp) <= len("9999999999")


def _pressed(body: bytes, proof: str) -> list[Report]:
    try:
        fields = parse_qs(body.decode(errors="replace"), max_num_fields=20)
    except ValueError:  # more fields than a press has
        return []
    told = web.read_json(fields.get("payload", [""])[0].encode())
    actions, user = told.get("actions"), told.get("user")
    pressed = actions[0] if isinstance(actions, list) and actions else None
    if not isinstance(pressed, dict) or not isinstance(user, dict):
        return []
    fate = ACTIONS.get(str(pressed.get("action_id")))
    value = str(pressed.get("value", ""))
    if fate is None or not _is_stamp(value):
        return []
    return [
        Report(
            fate,
            event_id=f"{value}:{fate.value}:{user.get('id', '')}:{pressed.get('action_ts', '')}",
            proof=web.digest(proof),
            message_id=int(value),
            by=str(user.get("id", "?")),
        )
    ]


KIND = Kind(
    slug="slack",
    name="Slack",
    about="Chat with buttons: one message for each incident, what follows in its thread.",
    channels=(Channel.CHAT,),
    fields=(
        Field(
            "token", "Bot token", "It begins with xoxb- and may write (chat:write).", is_secret=True
        ),
        Field(
            "signing_secret", "Signing secret", "It proves that a press is Slack's.", is_secret=True
        ),
        Field(
            "base",
            "Address of the API",
            default="https://slack.com",
            why_not=web.why_not_address,
        ),
    ),
    make=Slack,
    hear=hear,
    calls_back="Give this address to Slack as the request address of interactivity. People's chat"
    " address is their member id: U….",
    untried="It is built to Slack's public contract and was never tried with a real workspace: send"
    " a test before you rely on it.",
)
