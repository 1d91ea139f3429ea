"""Tools that help with one kind of trouble: a name and, mostly, an address. Pure."""

from dataclasses import dataclass
from urllib.parse import urlsplit

WEB = ("https", "http")


@dataclass(frozen=True)
class Tool:
    """One thing to open. `url` is an address of the web, or empty where none was written."""

    name: str
    url: str = ""

    @property
    def host(self) -> str:
        """Where its address leads: graphs.example.com."""
        return urlsplit(self.url).hostname or ""


def tools_of(text: str) -> tuple[Tool, ...]:
    """One tool a line, the address last: "Payment dashboard https://graphs.example.com/pay".

    Only addresses of the web become links; everything else is part of the name.
    """
    return tuple(_tool(line.strip()) for line in text.splitlines() if line.strip())


def _tool(line: str) -> Tool:
    name, _, address = line.rpartition(" ")
    try:
        found = urlsplit(address)
        is_web = found.scheme.lower() in WEB and bool(found.hostname)
    except ValueError:  # a broken address, as in https://[
        is_web = False
    if not is_web:
        return Tool(line)
    return Tool(name.strip(" :,-") or found.hostname or address, address)
