"""What comes through the alert door before any source reads it: headers, encodings, forms."""

import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from incidents.intake.body import MAX_BYTES, Unreadable, read_object, too_large
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
        "x-amz-sns-message-type",
        "x-github-delivery",
        "x-github-event",
        "x-gitlab-event",
        "sentry-hook-resource",
    }
)
MOST_OF_A_HEADER = 300


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers by their names in lower case."""
    return {name.lower(): text for name, text in headers.items()}


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """What is kept with a request: what says how to read it, never a token or a signature."""
    found = lowered(headers)
    return {name: _plain(text) for name, text in found.items() if name in KEPT_HEADERS}


def _plain(text: str) -> str:
    """A header's text as it can be kept and shown: nothing that is not seen."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:MOST_OF_A_HEADER])


def read(body: bytes, headers: Mapping[str, str], *, is_form: bool = False) -> Post:
    """The body as its source posted it. Raises Unreadable with a sentence; never anything else."""
    body = _unpacked(body, headers.get("content-encoding", ""))
    declared = headers.get("content-type", "").partition(";")[0].strip().lower()
    if is_form and declared == "application/x-www-form-urlencoded":
        return Post(_form(body), headers)
    return Post(read_object(body), headers)


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
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except UnicodeDecodeError:
        raise Unreadable("The form is not UTF-8 text.") from None
    except ValueError:
        raise Unreadable(f"The form has more than {MOST_FIELDS} fields.") from None
    return dict(pairs)
