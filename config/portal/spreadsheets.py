"""Cells for CSV files that people open in a spreadsheet."""

from datetime import datetime

RISKY_STARTS = ("=", "+", "-", "@", "\t", "\r")


def plain(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula; instants to the second, nothing for None."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(RISKY_STARTS) else text
