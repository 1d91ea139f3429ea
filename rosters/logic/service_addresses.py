"""Short addresses that no service can have, for pages stand there. Pure."""

PAGES_OF_THEIR_OWN = frozenset({"map", "policies", "proof", "replay", "try"})


def why_not_address(slug: str) -> str | None:
    """Whether a service may have this short address."""
    if slug not in PAGES_OF_THEIR_OWN:
        return None
    return (
        f"“{slug}” is the address of a page of its own. Choose another, such as “{slug}-service”."
    )
