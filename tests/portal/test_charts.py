"""Charts as their tags write them: a label for who does not see, a table behind."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.template import Context, Template
from django.utils import translation

from config.portal.drawing import Bar, Mark, Point, Row
from tests.portal.test_tags import render

SEV1 = Row(
    "SEV1",
    (Mark("INC-1", 54), Mark("INC-2", 97, is_late=True, href="/incidents/INC-2/")),
    level=1,
    target_minutes=60,
)
NONE = Row("SEV2", (), level=2)


@dataclass(frozen=True)
class Day:
    date: date
    level: int | None
    count: int = 0


DAYS = [Day(date(2026, 10, 22) + timedelta(days=n), 1 if n == 3 else None, n // 3) for n in (0, 3)]


def test_strip_plot_says_it_all_in_its_label():
    html = render('{% strip_plot rows "Time to contain" %}', rows=[SEV1, NONE])

    assert (
        'aria-label="Time to contain, one mark per incident. SEV1: 2 incidents, '
        'half within 1 h 16, target 1 h, 1 past the target. SEV2: no incidents."'
    ) in html
    assert 'class="miss"' in html
    assert '<a class="quiet" href="/incidents/INC-2/">INC-2</a>' in html
    assert "missed, 1 h" in html
    assert "met, 1 h" in html


def test_strip_plot_without_numbers_has_no_table():
    assert "<table" not in render('{% strip_plot rows "x" numbers=False %}', rows=[SEV1])


def test_unit_dots_name_both_kinds():
    html = render('{% unit_dots 14 18 "in time" "late" %}')

    assert 'aria-label="14 of 18 in time, 4 late"' in html
    assert html.count("<circle") == 18
    assert '<th scope="row">Late</th><td class="num">4</td>' in html


def test_too_many_dots_are_said():
    html = render('{% unit_dots 100 200 "in time" "late" %}')

    assert "<svg" not in html.split("<details")[0]
    assert "100 of 200 in time, 100 late" in html


@pytest.mark.parametrize(
    ("values", "target", "label"),
    [
        ((16, 9), 10, "Weekly median, from 16 min to 9 min. The target is 10 min."),
        ((None, None), None, "Weekly median, nothing measured."),
    ],
    ids=["falling", "nothing"],
)
def test_sparkline_says_from_what_to_what(values, target, label):
    points = [Point(f"week {number}", value) for number, value in enumerate(values)]

    html = render(
        '{% sparkline points "Weekly median" target "minutes" %}', points=points, target=target
    )

    assert f'aria-label="{label}"' in html


def test_day_strip_counts_its_bad_days():
    html = render('{% day_strip days "Payments" numbers=True %}', days=DAYS)

    assert 'aria-label="Payments, last 2 days: 1 day with incidents, the worst a SEV1"' in html
    assert "<td>Sun 25 Oct</td>" in html


def test_a_quiet_strip_says_so():
    html = render('{% day_strip days "Payments" numbers=True %}', days=DAYS[:1])

    assert "Payments, last 1 day: no incidents" in html
    assert "No incident in the last" in html


def test_stacked_bar_has_its_numbers():
    html = render(
        '{% stacked_bar bars "Calls" "06:00 to 22:00" "at night" %}', bars=[Bar("Jonas", 9, 6)]
    )

    assert 'aria-label="Jonas: 9 06:00 to 22:00, 6 at night"' in html
    assert "15, <b>6 at night</b>" in html


def test_coordinates_keep_their_point_in_every_language():
    source = "{% load portal %}{% stacked_bar bars 'Calls' numbers=False %}"

    with translation.override("de"):
        html = Template(source).render(Context({"bars": [Bar("A", 2, 1), Bar("B", 1, 0)]}))

    assert 'width="66.7"' in html
