"""What counts as a change of a live part."""

import pytest

from config.portal.live import etag_of

PILL = (
    '<span class="in {look}"><svg></svg>'
    '<span data-due="{due}" data-form="in" title="UTC">{text}</span></span>'
)
SAME = PILL.format(look="later", due="2026-11-21T02:00", text="in 31 min")


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (SAME, True),
        (PILL.format(look="soon", due="2026-11-21T02:00", text="in 30 min"), True),
        (PILL.format(look="later", due="2026-11-21T02:05", text="in 31 min"), False),
        (SAME.replace("<svg>", "<b>Now</b><svg>"), False),
    ],
    ids=["nothing", "a minute passed", "another deadline", "another word"],
)
def test_a_countdown_changes_only_with_its_deadline(other: str, *, is_same: bool) -> None:
    assert (etag_of(SAME) == etag_of(other)) is is_same


def test_the_clock_and_the_form_token_do_not_count() -> None:
    page = '<span class="asof"><time>{}</time></span><i name="csrfmiddlewaretoken" value="{}">'

    assert etag_of(page.format("02:00:00", "a")) == etag_of(page.format("02:00:10", "b"))
