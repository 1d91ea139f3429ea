"""Who is meant by an event of somebody else's calendar."""

import pytest

from rosters.logic.meant import who

KNOWN = {
    "mei tan": 1,
    "ben carter": 2,
    "mei@example.org": 1,
    "ada van der berg, md": 3,
}


@pytest.mark.parametrize(
    ("emails", "title", "people", "unknown"),
    [
        ((), "Mei Tan", (1,), ()),
        ((), "mei tan", (1,), ()),
        ((), "On call: Mei Tan", (1,), ()),
        ((), "Mei Tan, Ben Carter", (1, 2), ()),
        ((), "Mei Tan and Ben Carter", (1, 2), ()),
        ((), "Mei Tan / Ben Carter & Mei Tan", (1, 2), ()),
        ((), "On call: Mei Tan + Zoe", (1,), ("Zoe",)),
        ((), "Ada van der Berg, MD", (3,), ()),
        ((), "Mei", (), ("Mei",)),  # a guess would call the wrong person
        ((), "", (), ()),
        (("MEI@example.org",), "Whatever", (1,), ()),
        (("mei@example.org", "zoe@example.org"), "", (1,), ("zoe@example.org",)),
        (("zoe@example.org",), "Ben Carter", (2,), ()),
        (("zoe@example.org",), "", (), ("zoe@example.org",)),
    ],
)
def test_only_whole_names_and_addresses_count(
    emails: tuple[str, ...], title: str, people: tuple[int, ...], unknown: tuple[str, ...]
) -> None:
    found = who(emails, title, known=KNOWN)

    assert (found.people, found.unknown) == (people, unknown)
