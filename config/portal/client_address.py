"""From where a request came, as far as anybody can know."""

from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def of(request: HttpRequest) -> str:
    """Return the address of the client: the nearest one that is not a proxy of ours.

    X-Forwarded-For is read from its right end, and only as far as TRUSTED_PROXIES wrote it; the
    rest of it may be anybody's invention.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    chain = [part.strip() for part in forwarded if part.strip()]
    nearest: str = request.META.get("REMOTE_ADDR") or UNKNOWN
    while _is_trusted_proxy(nearest) and chain:
        nearest = chain.pop()
    return nearest


def _is_trusted_proxy(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


@cache
def _networks(proxies: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(proxy, strict=False) for proxy in proxies]
