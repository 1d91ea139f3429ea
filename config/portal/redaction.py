"""Tokens never reach a log. Whatever writes a line writes it through here."""

import re

MASK = "[redacted]"
SLASH = r"(?:/|%2[Ff])"
PATTERNS = (
    # Answer, confirmation and letter links, calendars, alert doors: the path holds the token.
    re.compile(rf"(?P<keep>{SLASH}(?:a|c|feeds|hooks|letters){SLASH})[^/\s\"'<>?#&]+"),
    # Links that choose a new password.
    re.compile(rf"(?P<keep>{SLASH}sign-in{SLASH}forgotten{SLASH}\w+-)[^/\s\"'<>?#&]+"),
    re.compile(r"(?P<keep>\bBearer\s+)[^\s\"',;]+", re.IGNORECASE),
    # Tokens of the API, wherever they stand: they say themselves what they are.
    re.compile(r"(?P<keep>mu_)[A-Za-z0-9]{16,}"),
    # Addresses of alert sources: the token is what stands in front.
    re.compile(r"(?P<keep>(?<![A-Za-z0-9_=+/-]))[A-Za-z0-9_-]{40,64}(?=(?:\+[^@\s]{0,200})?@)"),
    # Secrets that webhooks are signed with.
    re.compile(r"(?P<keep>whsec_)[A-Za-z0-9+/=%_-]{16,}"),
)


# What every pattern begins with: nearly no text of a log line holds any of it.
MAY_HOLD_A_TOKEN = re.compile(
    rf"{SLASH}(?:a|c|feeds|hooks|letters|sign-in){SLASH}|(?i:bearer)\s|mu_|whsec_|@"
)


def redact(text: str) -> str:
    """Return `text` with every token masked; over-masking is harmless, a leak is not."""
    if MAY_HOLD_A_TOKEN.search(text) is None:
        return text
    for pattern in PATTERNS:
        text = pattern.sub(rf"\g<keep>{MASK}", text)
    return text
