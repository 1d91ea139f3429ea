"""An e-mail's bytes as an object of texts: bounded, and read without trusting a word of it.

Only limits refuse a mail. Whatever else is broken in it (a charset, an encoding, a header) costs
that piece alone: an alert that arrived is worth more than its form. The library's plain policy is
used: the newer one interprets every header as it is read, and takes long over hostile ones.
"""

import email.utils
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from typing import Any

from incidents.intake import mail_text
from incidents.intake.body import Unreadable

MAX_MAIL_BYTES = 5 * 1024 * 1024
MAX_LINES = 100_000
MAX_HEADER_BYTES = 128 * 1024
MAX_HEADERS = 500
MAX_PARTS = 100
MAX_OF_A_HEADER = 2000
MOST_OF_A_CONTENT_HEADER = 500
MOST_REFERENCES = 30
KEPT = (
    "auto-submitted",
    "precedence",
    "x-auto-response-suppress",
    "x-autoreply",
    "x-autorespond",
    "x-auto-reply",
    "x-loop",
    "list-id",
    "return-path",
    "x-muster-service",
    "x-muster-severity",
    "x-muster-key",
    "x-muster-status",
    "x-muster-link",
)

_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")


class _Shortened(Compat32):
    """The plain policy, for headers of a length that somebody meant."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        if name.lower().startswith("content-"):
            # Whoever writes thousands of parameters wants them taken apart one by one, and over
            # pieces of one that are marked twice (a*, a*0*) the library stumbles. We need none.
            said = value[:MOST_OF_A_CONTENT_HEADER].split(";")[:12]
            return name, ";".join(one for one in said if "*" not in one.partition("=")[0])
        return name, value[:MAX_OF_A_HEADER]


POLICY = _Shortened()


def too_large() -> Unreadable:
    """The refusal of a mail that is larger than we read."""
    most = MAX_MAIL_BYTES // (1024 * 1024)
    return Unreadable(f"The mail is larger than {most} MiB. Leave attachments out.", status=413)


def opened(body: bytes) -> dict[str, Any]:
    """What the mail says, as plain texts. Raises Unreadable (413) over a limit; never else."""
    _refuse_too_much(body)
    message = _parsed(body)
    headers = list(_headers(message))
    kept = {name: text for name, text in reversed(headers) if name in KEPT}
    text, is_html, parts = _text(message)
    return {
        "from": _first(headers, "from"),
        "subject": _first(headers, "subject"),
        "text": text,
        "date": _date(_first(headers, "date")),
        "message_id": next(iter(_ids(headers, "message-id")), ""),
        "references": _ids(headers, "references", "in-reply-to")[:MOST_REFERENCES],
        "content_type": message.get_content_type(),
        "is_html": is_html,
        "parts": parts,
        "hops": sum(name == "received" for name, _ in headers),
        "headers": kept,
    }


def shown(payload: Mapping[str, Any]) -> str:
    """The mail as people read one: a few lines about it, then its text."""
    kept = payload.get("headers")
    about = {name.title(): text for name, text in kept.items()} if isinstance(kept, dict) else {}
    lines = {
        "From": payload.get("from"),
        "Subject": payload.get("subject"),
        "Date": payload.get("date"),
        "Message-ID": payload.get("message_id"),
        **about,
    }
    head = "\n".join(f"{name}: {text}" for name, text in lines.items() if text)
    return f"{head}\n\n{payload.get('text') or ''}"


def _refuse_too_much(body: bytes) -> None:
    if len(body) > MAX_MAIL_BYTES:
        raise too_large()
    if body.count(b"\n") > MAX_LINES:
        raise Unreadable(f"The mail has more than {MAX_LINES:,} lines.", status=413)
    end = _END_OF_HEADERS.search(body, 0, MAX_HEADER_BYTES + 4)
    if end is None and len(body) > MAX_HEADER_BYTES:
        most = MAX_HEADER_BYTES // 1024
        raise Unreadable(f"The mail's headers are larger than {most} KiB.", status=413)


def _parsed(body: bytes) -> Message:
    made = 0

    def part(policy: Any = POLICY) -> Message:  # noqa: ANN401  # the parser's own
        nonlocal made
        made += 1
        if made > MAX_PARTS:
            raise Unreadable(f"The mail has more than {MAX_PARTS} parts.", status=413)
        return Message(policy=policy)

    message: Message = BytesParser(part, policy=POLICY).parsebytes(body)
    if len(message.keys()) > MAX_HEADERS:
        raise Unreadable(f"The mail has more than {MAX_HEADERS} headers.", status=413)
    return message


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    """The headers in their order, decoded, each as one line."""
    for name, value in message.raw_items():
        yield name.lower(), mail_text.header(str(value))


def _first(headers: Sequence[tuple[str, str]], name: str) -> str:
    return next((text for found, text in headers if found == name), "")


def _ids(headers: Sequence[tuple[str, str]], *names: str) -> list[str]:
    """The message ids in these headers, the oldest first, each once."""
    found = (one for name in names for text in _all(headers, name) for one in _id_list(text))
    return list(dict.fromkeys(found))


def _all(headers: Sequence[tuple[str, str]], name: str) -> list[str]:
    return [text for found, text in headers if found == name]


def _id_list(text: str) -> list[str]:
    return _MESSAGE_ID.findall(text)


def _date(text: str) -> str:
    """The instant in UTC as ISO 8601, or nothing."""
    try:
        at = email.utils.parsedate_to_datetime(text[:100])
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC).isoformat()
    except (ValueError, TypeError, OverflowError, IndexError):
        return ""


def _text(message: Message) -> tuple[str, bool, int]:
    """The first plain text, or else the first HTML reduced to text; is it HTML; how many parts."""
    plain = html = ""
    count = 0
    for part in _own_parts(message):
        count += 1
        if _is_attached(part):
            continue
        kind = part.get_content_type()
        if kind == "text/plain" and not plain:
            plain = mail_text.decoded(part).strip()
        elif kind == "text/html" and not html:
            html = mail_text.of_html(mail_text.decoded(part))
    return (plain, False, count) if plain else (html, bool(html), count)


def _own_parts(message: Message) -> Iterator[Message]:
    """The parts that are no containers; of a mail inside the mail, nothing."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "message" and part is not message:
            continue
        if part.is_multipart():
            inside = part.get_payload()
            waiting.extend(one for one in reversed(list(inside)) if isinstance(one, Message))
        else:
            yield part


def _is_attached(part: Message) -> bool:
    said = str(part.get("content-disposition", "")).strip().lower()
    return said.startswith("attachment")
