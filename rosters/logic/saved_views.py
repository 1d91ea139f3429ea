"""What makes a saved view: a short name, filters to keep, and not too many of them. Pure."""

from urllib.parse import parse_qsl, urlencode

NAME_LENGTH = 60
QUERY_LENGTH = 500
MOST = 20
PASSING = frozenset({"page", "format"})
"""What an address says of one look only: which page of the list, and in which form."""


def tidy(query: str) -> str:
    """The filters of an address, in a fixed order, without empty ones and what passes."""
    pairs = parse_qsl(query, keep_blank_values=False)
    kept = {name: value.replace("\0", "") for name, value in pairs if name not in PASSING}
    return urlencode(sorted(kept.items()))


def why_not_name(name: str) -> str | None:
    """Why a view cannot be called this."""
    if not name.strip():
        return "Give the view a name, such as: Payments, this month."
    if len(name.strip()) > NAME_LENGTH:
        return f"Use {NAME_LENGTH} characters or fewer for the name."
    return None


def why_not_query(query: str) -> str | None:
    """Why these filters cannot be kept."""
    if not query:
        return "Choose a filter first. All incidents are one press away already."
    if len(query) > QUERY_LENGTH:
        return "These filters are too long to keep. Search for fewer words."
    return None


def why_not_more(count: int) -> str | None:
    """Why there cannot be one more."""
    return f"You have {MOST} views already. Remove one first." if count >= MOST else None
