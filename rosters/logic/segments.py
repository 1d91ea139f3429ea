"""Parts of a message that only some carriers can keep. Pure."""

import re
from collections.abc import Iterable

OPEN, CLOSE = "{if_replies}", "{end_if}"
_SEGMENT = re.compile(re.escape(OPEN) + "(.*?)" + re.escape(CLOSE), re.DOTALL)


def if_replies(text: str) -> str:
    """`text` as a part that stays only where whoever reads it can answer by replying."""
    return f"{OPEN}{text}{CLOSE}"


def readable(body: str, fillers: Iterable[str]) -> str:
    """The body for whoever reads it here, with what is put in later in brackets: [answer link]."""
    text = settled(body, takes_replies=True)
    for name in fillers:
        text = text.replace(f"{{{name}}}", f"[{name.replace('_', ' ')}]")
    return text


def settled(body: str, *, takes_replies: bool) -> str:
    """The body with such parts kept, or left out."""
    return _SEGMENT.sub(r"\1" if takes_replies else "", body)
