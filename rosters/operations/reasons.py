"""The reason of a change, as the trail keeps it."""

from config.portal.refusals import Refused
from rosters.logic.reasons import in_one_line


def why(reason: str) -> str:
    """The reason in one line. Raises Refused when there is none."""
    line = in_one_line(reason)
    if not line:
        raise Refused("Say why in one line. Whoever reads the history will want to know.")
    return line
