"""Cells for spreadsheets: none is taken for a formula."""

import pytest

from config.portal.spreadsheets import plain


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\r\n=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
    ],
)
def test_what_could_be_a_formula_is_quoted(cell: str) -> None:
    assert plain(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Payments", "1 = 1", "a\n=1"])
def test_other_words_stay(cell: str) -> None:
    assert plain(cell) == cell
