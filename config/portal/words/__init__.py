"""Words for one reader: clock times, days, ages, lists and sentences, through gettext.

This is an edge. Every function is told the reader's `zone` and `now`; nothing here reads a clock.
"""

from config.portal.words.catalogue import in_words, translated
from config.portal.words.days import (
    clock,
    dated,
    day,
    from_day,
    full_day,
    moment,
    on_day,
    period,
    short,
    this_day,
    until,
    until_day,
    utc,
    zone_aside,
    zone_name,
    zone_words,
)
from config.portal.words.quantities import about, count_word, people
from config.portal.words.sayings import as_html, as_text, time_element
from config.portal.words.spans import (
    age,
    bare,
    bound,
    countdown,
    days_late,
    duration,
    left,
    script_words,
    short_minutes,
    span,
    urgency,
)

__all__ = [
    "about",
    "age",
    "as_html",
    "as_text",
    "bare",
    "bound",
    "clock",
    "count_word",
    "countdown",
    "dated",
    "day",
    "days_late",
    "duration",
    "from_day",
    "full_day",
    "in_words",
    "left",
    "moment",
    "on_day",
    "people",
    "period",
    "script_words",
    "short",
    "short_minutes",
    "span",
    "this_day",
    "time_element",
    "translated",
    "until",
    "until_day",
    "urgency",
    "utc",
    "zone_aside",
    "zone_name",
    "zone_words",
]
