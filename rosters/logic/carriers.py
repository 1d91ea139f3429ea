"""Who sets up carriers, and what must be so before one is kept. Pure."""

from collections.abc import Collection

ONLY_ADMINISTRATORS = (
    "Only administrators set up carriers: an account holds a secret and costs money."
)


def why_not_keep(*, is_administrator: bool) -> str | None:
    """Whether somebody may see and change how messages leave."""
    return None if is_administrator else ONLY_ADMINISTRATORS


def why_not_channels(chosen: Collection[str], offered: Collection[str]) -> str | None:
    """Whether an account may serve these channels."""
    if not chosen:
        return "Choose at least one channel that it serves."
    return None if set(chosen) <= set(offered) else "It does not carry all of these channels."


def why_not_price(price: object, currency: str) -> str | None:
    """Whether a price can be counted."""
    if price is None:
        return None
    is_code = len(currency) == len("EUR") and currency.isascii() and currency.isalpha()
    return None if is_code else "Say in which currency the price is: EUR, GBP, USD."


def why_not_test(channel: str, served: Collection[str]) -> str | None:
    """Whether an account can be tested with a contact point."""
    return None if channel in served else "This account does not carry messages to such a number."
