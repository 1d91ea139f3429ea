"""Text messages and calls by Twilio's public REST contract. Never tried against Twilio itself."""

import base64
import hashlib
import hmac
import re
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlencode
from xml.sax.saxutils import escape, quoteattr

from config.portal import fetching
from rosters.channels import web
from rosters.channels.contract import (
    CALLBACK,
    REPLIES,
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

VERSION = "2010-04-01"
ACCOUNT = re.compile(r"AC[0-9A-Za-z]+")
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
BAD_ADDRESS = frozenset({21211, 21214, 21217, 21219, 21610, 21612, 21614, 21635, 13224, 60200})
OURS = frozenset({20003, 20005, 20008, 21210, 21212, 21601, 21606, 21611, 21659, 21660, 21703})
"""Codes that speak of our account or our own number, as its documentation lists them."""
FATES = {
    "delivered": Fate.DELIVERED,
    "read": Fate.READ,
    "undelivered": Fate.UNDELIVERED,
    "failed": Fate.UNDELIVERED,
    "completed": Fate.DELIVERED,
    "busy": Fate.UNDELIVERED,
    "no-answer": Fate.UNDELIVERED,
}
KEYS = {"1": Fate.ACKNOWLEDGED, "2": Fate.PASSED_ON, "3": Fate.PASSED_ON}
OTHER_KEY = "Muster does not know this key. Press 1 to acknowledge. Press 3 if you cannot take it."


VOICES = {"de": ' language="de-DE"'}
"""English is what it speaks when nothing is said."""


class Twilio(web.HttpCarrier):
    """One request for each message or call; statuses and keys come back to the account's door."""

    def send(self, outgoing: Outgoing) -> Receipt:
        is_call = outgoing.channel == Channel.PHONE
        form = self._call(outgoing) if is_call else self._text(outgoing)
        form |= {"To": outgoing.address, "StatusCallback": self._given[CALLBACK]}
        reply = self._post("Calls" if is_call else "Messages", form, key=outgoing.idempotency_key)
        return Receipt(str(web.read_json(reply.body).get("sid", "")))

    def check(self, *, at: datetime) -> None:
        """It lets us in, and says that a message to nobody lacks a number."""
        with web.no_is_an_answer():
            self._post("Messages", {}, key=f"check:{at:%Y%m%d%H%M%S}")

    def _post(self, what: str, form: dict[str, str], *, key: str) -> fetching.Reply:
        account = quote(self._given["account"], safe="")
        base = self._given["base"].rstrip("/")
        login = f"{self._given['account']}:{self._given['token']}"
        headers = {
            "Authorization": f"Basic {base64.b64encode(login.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
            "I-Twilio-Idempotency-Token": key,
        }
        try:
            return web.post(
                f"{base}/{VERSION}/Accounts/{account}/{what}.json",
                urlencode(form).encode(),
                headers,
            )
        except web.Refusal as refusal:
            raise _meant(refusal) from refusal

    def _text(self, outgoing: Outgoing) -> dict[str, str]:
        sender = self._given["sender"]
        name = "MessagingServiceSid" if sender.startswith("MG") else "From"
        return {name: sender, "Body": outgoing.body}

    def _call(self, outgoing: Outgoing) -> dict[str, str]:
        voice = VOICES.get(outgoing.language, "")
        said = f"<Say{voice}>{escape(outgoing.body)}</Say>"
        if outgoing.answer_link:  # what is said names the keys
            said = _asked(said, self._given[CALLBACK]) + said
        return {"From": self._given["caller"], "Twiml": f"<Response>{said}</Response>"}


def _asked(said: str, door: str) -> str:
    """What is said while a key may be pressed."""
    return f'<Gather numDigits="1" timeout="10" action={quoteattr(door)}>{said}</Gather>'


def _meant(refusal: web.Refusal) -> SendFailed:
    """What its own code says; the status where it has none."""
    code = web.read_json(refusal.reply.body).get("code")
    if code in BAD_ADDRESS:
        return SendFailed(str(refusal), permanent=True, reason=FailureReason.BAD_ADDRESS)
    if code in OURS:
        return SendFailed(str(refusal), permanent=False, reason=FailureReason.ACCOUNT)
    return refusal


def signature(token: str, url: str, form: list[tuple[str, str]]) -> str:
    """What proves a request: the address and every field, in the order of their names."""
    text = url + "".join(name + value for name, value in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def hear(given: Settings, heard: Heard, _now: datetime) -> list[Report]:
    """A status, a key pressed in a call, or a text message that answers."""
    form = _form(heard)
    right = signature(given["token"], heard.url, form)
    proof = heard.headers.get("x-twilio-signature", "")
    if not hmac.compare_digest(right.encode(), proof.encode()):
        raise Unproved("The signature does not fit. Check the token and the address on both sides.")
    found = _report(dict(form))
    return [found] if found else []


def _report(said: dict[str, str]) -> Report | None:
    reference = said.get("CallSid") or said.get("MessageSid") or ""
    if "Digits" in said:
        fate = KEYS.get(said["Digits"])
        event = f"{reference}:pressed:{said['Digits']}"
        return Report(fate, event, reference=reference) if fate else None
    if "Body" in said and "MessageStatus" not in said:
        return Report(
            Fate.WROTE, f"{reference}:said", address=said.get("From", ""), text=said["Body"]
        )
    status = said.get("MessageStatus") or said.get("CallStatus") or ""
    fate = FATES.get(status)
    detail = f"{status} {said.get('ErrorCode', '')}".strip()
    if fate is None:
        return None
    return Report(fate, f"{reference}:{status}", reference=reference, detail=detail)


def _form(heard: Heard) -> list[tuple[str, str]]:
    try:
        return parse_qsl(heard.body.decode(), keep_blank_values=True, max_num_fields=200)
    except ValueError as error:
        raise Unproved("The form cannot be read.") from error


def say(sentence: str, heard: Heard) -> tuple[str, str]:
    """TwiML: spoken to whoever pressed a key, and asked again for a key that means nothing.

    Whoever wrote is answered by a message of ours.
    """
    pressed = dict(_form(heard)).get("Digits")
    word = "" if pressed is None else f"<Say>{escape(sentence)}</Say>"
    if pressed is not None and pressed not in KEYS:
        word = _asked(f"<Say>{OTHER_KEY}</Say>", heard.url)
    return "text/xml", f"<Response>{word}</Response>"


def _why_not_account(typed: str) -> str | None:
    if ACCOUNT.fullmatch(typed):
        return None
    return "An account SID is AC with digits and letters after it. Twilio's console shows it."


def _why_not_sender(typed: str) -> str | None:
    if NUMBER.fullmatch(typed) or typed.startswith("MG"):
        return None
    return "Write the sender as a number with its country, +442079460000, or as a service: MG…."


def _why_not_caller(typed: str) -> str | None:
    if NUMBER.fullmatch(typed):
        return None
    return "Write the number that calls with its country: +442079460000."


KIND = Kind(
    slug="twilio",
    name="Twilio",
    about="Text messages and voice calls, with keys to answer, by Twilio's REST API.",
    channels=(Channel.SMS, Channel.PHONE),
    fields=(
        Field("account", "Account SID", "It begins with AC.", why_not=_why_not_account),
        Field("token", "Auth token", is_secret=True),
        Field(
            "sender",
            "Sender of text messages",
            "A number, or a messaging service (MG…).",
            why_not=_why_not_sender,
        ),
        Field(
            "caller",
            "Number that calls",
            "Such as +442079460000.",
            is_required=False,
            why_not=_why_not_caller,
        ),
        REPLIES,
        Field(
            "base",
            "Address of the API",
            default="https://api.twilio.com",
            why_not=web.why_not_address,
        ),
    ),
    make=Twilio,
    hear=hear,
    say=say,
    calls_back="To let people answer by text message, give Twilio this address for incoming ones.",
    untried="It is built to Twilio's public contract and was never tried with a real account: send"
    " a test before you rely on it.",
)
