"""Cells for files that people open in a spreadsheet, and back. Pure."""

from datetime import datetime

# The four signs, also in full width; white space and a line break before them hide them.
RISKY_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
QUOTE = "'"


def plain(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula; instants to the second, nothing for None."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    text = "" if cell is None else str(cell)
    return f"{QUOTE}{text}" if _is_risky(text) else text


def unquoted(cell: str) -> str:
    """What `plain` was given: its quote is taken away again, and no other."""
    return cell[1:] if cell.startswith(QUOTE) and _is_risky(cell[1:]) else cell


def _is_risky(text: str) -> bool:
    """Whether it begins a formula; also behind quotes, so that taking one away stays exact."""
    return text.lstrip(QUOTE).startswith(RISKY_STARTS)
