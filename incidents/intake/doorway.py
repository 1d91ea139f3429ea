"""What comes through the alert door before any source reads it: headers, encodings, forms."""

import zlib
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from incidents.intake.body import MAX_BYTES, Unreadable, read_object, too_large
from incidents.intake.kind import BARE_TEXT, Form
from incidents.intake.signal import Post

MOST_FIELDS = 200
GZIP = 31  # what zlib calls a gzip header around the data
KEPT_HEADERS = frozenset(
    {
        "content-encoding",
        "content-type",
        "user-agent",
        "webhook-id",
        "webhook-timestamp",
        "request-id",
        "x-amz-sns-message-id",
        "x-amz-sns-message-type",
        "x-amz-sns-rawdelivery",
        "x-amz-sns-topic-arn",
        "x-github-delivery",
        "x-github-event",
        "x-gitlab-event",
        "x-gitlab-event-uuid",
        "sentry-hook-resource",
    }
)
MOST_OF_A_HEADER = 300
MAX_KEY_LENGTH = 120
MOST_OF_A_DELIVERY = 80
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data"


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers by their names in lower case."""
    return {name.lower(): text for name, text in headers.items()}


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """What is kept with a request: what says how to read it, never a token or a signature.

    `headers` are those of `lowered`.
    """
    return {name: _plain(headers[name]) for name in headers.keys() & KEPT_HEADERS}


def _plain(text: str) -> str:
    """A header's text as it can be kept and shown: nothing that is not seen."""
    text = text[:MOST_OF_A_HEADER]
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else " " for sign in text)


def idempotency_key(
    headers: Mapping[str, str], delivery_headers: Iterable[str], digest: str
) -> str:
    """By what this request is known when it comes again; empty for one that nobody named.

    A key that the sender gives for this purpose stands for one body alone, and one that cannot be
    kept raises Unreadable. What a tool says of its deliveries (`delivery_headers`) is a hint: with
    another body it is another request, so that a tool's habit never costs an alert.
    """
    given = headers.get("idempotency-key") or headers.get("webhook-id", "")
    if len(given) > MAX_KEY_LENGTH or not _is_ascii(given):
        raise Unreadable(
            f"The idempotency key must be at most {MAX_KEY_LENGTH} printable ASCII characters."
        )
    if given:
        return given
    said = next((headers[name].strip() for name in delivery_headers if headers.get(name)), "")
    if not said or len(said) > MOST_OF_A_DELIVERY or not _is_ascii(said):
        return ""
    return f"{said}:{digest[:32]}"


def _is_ascii(text: str) -> bool:
    return text.isascii() and text.isprintable()


def read(
    body: bytes,
    headers: Mapping[str, str],
    *,
    is_form: bool = False,
    form: Form | None = None,
    bare_header: str = "",
) -> Post:
    """The body as its source posted it. Raises Unreadable with a sentence; never anything else.

    `form` is the one that its kind has beside JSON, `bare_header` what may announce bare text.
    """
    body = _unpacked(body, headers.get("content-encoding", ""))
    declared = headers.get("content-type", "").partition(";")[0].strip().lower()
    if form is not None and declared == form.content_type:
        return Post(form.read(body), headers)
    if is_form and declared == FORM:
        return Post(_form(body), headers)
    try:
        return Post(read_object(body), headers)
    except Unreadable as refused:
        is_bare = bool(bare_header) and headers.get(bare_header, "").strip().lower() == "true"
        bare = _bare(body) if is_bare and len(body) <= MAX_BYTES else ""
        if bare:
            return Post({BARE_TEXT: bare}, headers)
        if declared in (FORM, PARTS) and not body.lstrip().startswith(b"{"):
            raise Unreadable(f"This source reads JSON. The body came as {declared}.") from refused
        raise


def _bare(body: bytes) -> str:
    """The text that a body is; nothing for what begins as JSON, and breaks off."""
    try:
        text = body.decode("utf-8").strip()
    except UnicodeDecodeError:
        return ""
    return "" if text.startswith(("{", "[")) else text


def _unpacked(body: bytes, encoding: str) -> bytes:
    """What a gzip body holds, read no further than we would read at all."""
    named = encoding.strip().lower()
    if named in ("", "identity"):
        return body
    if named not in ("gzip", "x-gzip"):
        raise Unreadable("Send the body as it is, or packed with gzip.", status=415)
    unpacking = zlib.decompressobj(GZIP)
    try:
        text = unpacking.decompress(body, MAX_BYTES + 1)
    except zlib.error:
        raise Unreadable("The body is not packed with gzip, though its header says so.") from None
    if len(text) > MAX_BYTES:
        raise too_large()
    if not unpacking.eof:
        raise Unreadable("The packed body breaks off before its end. Send it again.")
    return text


def _form(body: bytes) -> dict[str, Any]:
    """What a form says. Checks hand on whatever a machine wrote: not UTF-8, it is Latin-1."""
    try:
        return _fields(body, "utf-8")
    except UnicodeDecodeError:
        return _fields(body, "latin-1")
    except ValueError:
        raise Unreadable(f"The form has more than {MOST_FIELDS} fields.") from None


def _fields(body: bytes, charset: str) -> dict[str, Any]:
    pairs = parse_qsl(
        body.decode(charset),
        keep_blank_values=True,
        encoding=charset,
        errors="strict",
        max_num_fields=MOST_FIELDS,
    )
    return dict(pairs)
