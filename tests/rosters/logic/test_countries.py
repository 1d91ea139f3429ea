"""Which country a number is of."""

import pytest

from rosters.logic import addresses, countries


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+49 30 901820", "+49 Germany"),
        ("+44 20 7946 0958", "+44 United Kingdom"),
        ("+1 212 555 0142", "+1 North America"),
        ("+353 1 556 7890", "+353 Ireland"),
        ("+7 495 123 45 67", "+7 Russia or Kazakhstan"),
        ("+999 123456", ""),
    ],
)
def test_the_country_is_named(number: str, country: str) -> None:
    assert addresses.country("phone", number) == country
    assert addresses.country("email", number) == ""


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+49 30 901820", None),
        ("+999 123 4567", "No country has the code +999."),
        ("+979 123 4567", "+979 is for premium-rate numbers."),
        ("+881 123 4567", "+881 is for satellite phones."),
    ],
)
def test_a_code_of_no_country_is_refused(number: str, why: str | None) -> None:
    said = addresses.why_not_address("phone", number)

    assert said is None if why is None else said and said.startswith(why)


def test_no_two_codes_begin_alike() -> None:
    codes = {*countries.CODES, *countries.NO_COUNTRY}

    assert not [one for one in codes for other in codes if one != other and other.startswith(one)]
