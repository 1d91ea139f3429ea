"""The words of an e-mail's headers and parts, whatever their encoding says."""

import binascii
import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from html import unescape

MOST_TEXT = 20_000
MOST_HTML = 200_000
CHARSETS = re.compile(
    r"us-ascii|ascii|utf-?8|utf-?16(-?[bl]e)?|latin-?1|iso-?8859-\d{1,2}|iso-2022-(jp|kr)(-\d)?"
    r"|(windows-|cp)125\d|cp(437|850|852|866)|koi8-[ru]|gb(2312|k|18030)|big5(-?hkscs)?"
    r"|shift[_-]jis|euc-(jp|kr)|tis-620|mac-?roman"
)
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_EMPTY_LINES = re.compile(r"\n{3,}")
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*>")
_BREAK = re.compile(
    r"</?(?:address|article|blockquote|br|div|d[ltd]|footer|form|h[1-6r]|header|li|main|[ou]l|p|pre"
    r"|section|table|tr)\b[^<>]*>",
    re.IGNORECASE,
)
_HUGE_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
HIDDEN = [
    (re.compile("<!--"), re.compile("-->")),
    *(
        (re.compile(rf"<{name}\b", re.IGNORECASE), re.compile(rf"</{name}[^<>]*>", re.IGNORECASE))
        for name in ("head", "script", "style", "title", "template", "noscript")
    ),
]


def plain(text: str) -> str:
    """The text without what can neither be kept nor be shown."""
    return _ODD.sub("", text)


def header(value: str) -> str:
    """A header's words on one line."""
    try:
        found = decode_header(_as_sent(value))
    except (HeaderParseError, binascii.Error, ValueError):
        found = [(_as_sent(value), None)]
    words = "".join(
        piece if isinstance(piece, str) else _decoded(piece, charset or "")
        for piece, charset in found
    )
    return " ".join(plain(words).split())


def decoded(part: Message) -> str:
    """The text of a part, as far as it can be read, cut where nobody reads on."""
    charset = part.get_param("charset")
    said = charset if isinstance(charset, str) else ""
    if "content-type" in part:  # else the library tries the charset itself, whatever it is
        part.replace_header("content-type", part.get_content_type())
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes):
        return ""
    return plain(_decoded(body[: 4 * MOST_HTML], said))[:MOST_HTML].replace("\r\n", "\n")


def of_html(html: str) -> str:
    """What somebody would read on the page; nothing of scripts and styles.

    Every step looks at each character once, since the library's own parser may take the square.
    """
    text = html[:MOST_HTML]
    for opening, closing in HIDDEN:
        text = _without(text, opening, closing)
    text = _BREAK.sub("\n", text.replace("\n", " "))
    text = unescape(_HUGE_NUMBER.sub(" ", _TAG.sub(" ", text)))
    lines = (" ".join(plain(line).split()) for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()[:MOST_TEXT]


def _without(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    """The text outside; what is never closed hides the rest."""
    pieces, at = [], 0
    while found := opening.search(text, at):
        pieces.append(text[at : found.start()])
        end = closing.search(text, found.end())
        at = end.end() if end else len(text)
    return "".join((*pieces, text[at:]))


def _as_sent(value: str) -> str:
    """Raw bytes of a header that claims to be ASCII, read as what they usually are."""
    if value.isascii():
        return value
    return _decoded(value.encode("utf-8", "surrogateescape"), "")


def _decoded(body: bytes, charset: str) -> str:
    named = charset.strip().lower()
    if CHARSETS.fullmatch(named):
        try:
            return body.decode(named, errors="replace")
        except (LookupError, UnicodeError):
            pass
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("latin-1")
