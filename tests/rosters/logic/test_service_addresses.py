"""No service hides a page, and no page a service."""

import pytest
from django.urls import Resolver404, get_resolver

from rosters.logic.service_addresses import PAGES_OF_THEIR_OWN, why_not_address

BEFORE = ("/rules/", "/services/")


def pages() -> set[str]:
    """What stands where a service's short address would, as the URLconf has it."""
    found = set()
    for start in BEFORE:
        for pattern in get_resolver().url_patterns:
            for one in getattr(pattern, "url_patterns", [pattern]):
                route = (
                    f"/{pattern.pattern}{one.pattern}" if one is not pattern else f"/{one.pattern}"
                )
                rest = route.removeprefix(start).split("/")
                if route.startswith(start) and rest[0] and "<" not in rest[0]:
                    found.add(rest[0])
    return found


def test_every_page_beside_those_of_services_is_known() -> None:
    assert pages() == PAGES_OF_THEIR_OWN


@pytest.mark.parametrize("slug", sorted(PAGES_OF_THEIR_OWN))
def test_it_is_refused_with_another_one_to_choose(slug: str) -> None:
    assert why_not_address(slug) == (
        f"“{slug}” is the address of a page of its own. Choose another, such as “{slug}-service”."
    )


def test_any_other_is_fine() -> None:
    assert why_not_address("payments") is None
    with pytest.raises(Resolver404):
        get_resolver().resolve("/rules/try/again/")
