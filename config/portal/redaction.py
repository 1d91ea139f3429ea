"""Tokens never reach a log. Whatever writes a line writes it through here."""

import logging
import re

MASK = "[redacted]"
SLASH = r"(?:/|%2[Ff])"
PATTERNS = (
    # Answer links and alert doors: the token is a part of the path.
    re.compile(rf"(?P<keep>{SLASH}(?:a|hooks){SLASH})[^/\s\"'<>?#&]+"),
    re.compile(r"(?P<keep>\bBearer\s+)[^\s\"',;]+", re.IGNORECASE),
)


def redact(text: str) -> str:
    """Return `text` with every token masked; over-masking is harmless, a leak is not."""
    for pattern in PATTERNS:
        text = pattern.sub(rf"\g<keep>{MASK}", text)
    return text


class RedactTokens(logging.Filter):
    """Masks tokens in the message, its arguments, the traceback and the stack of a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True
