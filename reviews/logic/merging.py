"""Two people wrote at once: what can be settled without them, and what must be asked.

Each part of a form carries the mark of what stood in it when its page was opened.
"""

from enum import Enum
from hashlib import sha256

MARK_LENGTH = 16


class Settled(Enum):
    """What comes of one part: nothing differs, one side alone changed it, or both did."""

    SAME = "same"
    MINE = "mine"
    THEIRS = "theirs"
    ASK = "ask"


def mark(text: str) -> str:
    """A short name of a text; line ends and blanks around it make no difference."""
    return sha256(_plain(text).encode()).hexdigest()[:MARK_LENGTH]


def settle(*, mine: str, theirs: str, base: str) -> Settled:
    """`base` is the mark of what both began from; an unknown one settles nothing."""
    if _plain(mine) == _plain(theirs):
        return Settled.SAME
    if mark(mine) == base:
        return Settled.THEIRS
    return Settled.MINE if mark(theirs) == base else Settled.ASK


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
