"""The tags of the look, rendered with Django's own engine."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, QueryDict
from django.template import Context, Template
from django.test import override_settings

from config.portal import context as portal_context
from config.portal.context import Portal
from config.portal.sentences import sentence

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 14, 16, 5, tzinfo=BERLIN)
DUE = datetime(2026, 11, 20, 14, 29, 10, tzinfo=BERLIN)


def render(source: str, /, **values: object) -> str:
    ground = {"portal": Portal(zone=BERLIN, now=NOW)}
    return Template("{% load portal %}" + source).render(Context(ground | values))


def test_icon_is_decoration():
    assert render('{% icon "check" %}') == (
        '<svg class="i" aria-hidden="true"><use href="/static/portal/icons.svg#i-check"/></svg>'
    )


def test_icon_with_a_label_is_an_image():
    assert 'role="img" aria-label="A &amp; B"' in render('{% icon "down" said %}', said="A & B")


@pytest.mark.parametrize(
    ("level", "word"), [(1, "Critical"), (2, "Serious"), (3, "Minor"), (4, "Small")]
)
def test_severity_has_shape_code_and_word(level, word):
    html = render("{% severity level %}", level=level)

    assert f'class="sev sev-{level}"' in html
    assert f"#i-sev{level}" in html
    assert f'SEV{level}<span class="vh"> {word}</span>' in html


@pytest.mark.parametrize(
    ("level", "file"), [(1, "favicon-sev1"), (4, "favicon-sev4"), (None, "favicon"), (7, "favicon")]
)
def test_the_icon_has_the_shape_of_the_worst(level, file):
    assert render("{% favicon level %}", level=level) == f"/static/portal/{file}.svg"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Amara Diallo", "AD"), ("Mei", "M"), ("Ana de la Cruz", "AC"), ("", "?"), ("tomás r", "TR")],
)
def test_initials(name, letters):
    assert render("{{ name|initials }}", name=name) == letters


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("moment", "14:29"),
        ("until", "until 14:29"),
        ("on_day", "at 14:29"),
        ("short", "14:29"),
        ("clock", "14:29"),
        ("minutes", "14:29"),
        ("seconds", "14:29:10"),
        ("day", "Today"),
    ],
)
def test_when(form, shown):
    html = render("{% when at form %}", at=DUE, form=form)
    assert html == (
        '<time datetime="2026-11-20T13:29:10+00:00" title="Fri 20 Nov 2026, 13:29 UTC">'
        f"{shown}</time>"
    )


def test_times_without_a_reader_are_in_utc():
    html = Template("{% load portal %}{% when at 'clock' %}").render(Context({"at": DUE}))
    assert ">13:29</time>" in html


@pytest.mark.parametrize(
    "tag", ["when", "countdown", "countdown_text", "left", "age", "due_word", "due_tag", "say"]
)
def test_nothing_is_said_about_nothing(tag):
    assert render(f"{{% {tag} at %}}", at=None) == ""


@pytest.mark.parametrize(
    ("minutes", "look", "text"),
    [(13, "soon", "in 13 min"), (104, "later", "in 1 h 44"), (-3, "late", "3 min late")],
)
def test_countdown_is_a_pill_that_ticks(minutes, look, text):
    html = render("{% countdown at %}", at=NOW + timedelta(minutes=minutes))

    assert html.startswith(f'<span class="in {look}"><svg')
    assert 'data-form="in"' in html
    assert html.endswith(f">{text}</span></span>")


def test_countdown_says_its_sentence_near_the_end():
    said = sentence("We phone {who}.", who='Eve "x"')
    html = render('{% countdown at "bare" say=said %}', at=DUE, said=said)

    assert 'data-say="We phone Eve &quot;x&quot;."' in html
    assert ">13 min<" in html


def test_age_ticks():
    html = render("{% age at %}", at=NOW - timedelta(minutes=47))
    assert 'data-form="since"' in html
    assert ">47 min<" in html


@pytest.mark.parametrize(
    ("at", "html"),
    [
        (NOW + timedelta(hours=3, minutes=44), '<span class="w later">'),
        (NOW + timedelta(minutes=13), '<span class="w">'),
        (NOW - timedelta(minutes=13), '<span class="w">'),
    ],
)
def test_due_word_is_grey_when_later(at, html):
    assert render("{% due_word at %}", at=at).startswith(html)


def test_due_word_counts_past_midnight_below_twelve_hours():
    soon = NOW + timedelta(hours=11)
    assert soon.astimezone(BERLIN).date() > NOW.astimezone(BERLIN).date()
    assert ">11 h</span>" in render("{% due_word at %}", at=soon)


def test_due_word_names_another_day():
    html = render("{% due_word at %}", at=datetime(2026, 11, 23, 9, tzinfo=BERLIN))
    assert ">Mon 23 Nov</time>" in html


@pytest.mark.parametrize(
    ("on", "html"),
    [
        (date(2026, 11, 17), '<time class="in late" datetime="2026-11-17">3 days late</time>'),
        (date(2026, 11, 20), '<time class="tag warn" datetime="2026-11-20">Today</time>'),
        (date(2026, 11, 21), '<time class="tag warn" datetime="2026-11-21">Tomorrow</time>'),
        (date(2026, 11, 23), '<time datetime="2026-11-23">Mon 23 Nov</time>'),
    ],
)
def test_due_tag(on, html):
    assert render("{% due_tag on %}", on=on) == html


def test_due_tag_in_full_names_weekday_and_month():
    html = render('{% due_tag on "full" %}', on=date(2026, 11, 27))
    assert html == '<time datetime="2026-11-27">Fri 27 Nov</time>'


def test_say_escapes_plain_text_and_renders_sentences():
    assert render("{% say text %}", text="<b>") == "&lt;b&gt;"
    assert render("{% say said %}", said=sentence("Take {n_minutes}", n_minutes=97)) == (
        "Take 97\xa0minutes"
    )
    assert render("{% say_short said %}", said=sentence("{n_minutes} left", n_minutes=97)) == (
        "1\xa0h\xa037 left"
    )


def test_filters_of_numbers_and_names():
    assert render("{{ took|span }}", took=timedelta(minutes=3)) == "3\xa0min"
    assert render("{{ took|span }}", took=None) == ""
    assert render("{{ names|people }}", names=["Mei", "Ben"]) == "Mei and Ben"
    assert render("{{ n|about }}", n=297) == "about 300"
    assert render("{{ n|duration }}", n=120) == "2\xa0hours"


def test_read_in_shows_times_in_another_zone():
    html = render(
        "{% when at 'clock' %} {% read_in zone at %}"
        "{% when at 'clock' %}{% as_of %}{% endread_in %}",
        at=DUE,
        zone=ZoneInfo("Asia/Kolkata"),
    )
    assert [part.split("<")[0] for part in html.split(">")[1:]] == [
        *("14:29", " ", "18:59", "", "As of ", "18:59:10", "", ""),
    ]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://grafana.example/d/1", "https://grafana.example/d/1"),
        ("http://a.example", "http://a.example"),
        ("javascript:alert(1)", ""),
        ("//evil.example", ""),
        ("data:text/html,x", ""),
        ("", ""),
    ],
)
def test_web_address_lets_only_the_web_through(address, shown):
    assert render("{{ address|web_address }}", address=address) == shown


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "Nothing is open"), (1, "One incident is open"), (3, "Three incidents are open")],
)
def test_counted_makes_a_heading(number, said):
    forms = "Nothing is open,incident is open,incidents are open"
    assert render("{{ number|counted:forms }}", number=number, forms=forms) == said


def test_counted_goes_on_in_digits():
    assert render("{{ 12|counted:',is,are' }}") == "12 are"


@pytest.mark.parametrize(
    ("kind", "symbol", "look"),
    [
        ("acknowledged", "flag", "mile"),
        ("told", "phone", ""),
        ("note", "note", ""),
        ("decided", "fork", "decision"),
    ],
)
def test_timeline_entries_have_a_mark(kind, symbol, look):
    assert render("{{ kind|timeline_symbol }} {{ kind|timeline_class }}", kind=kind) == (
        f"{symbol} {look}"
    )


def test_first_input_finds_the_first_choice():
    class Question(forms.Form):
        name = forms.CharField()
        level = forms.ChoiceField(choices=[("1", "One")], widget=forms.RadioSelect)

    assert render("{{ f.name|first_input }} {{ f.level|first_input }}", f=Question()) == (
        "id_name id_level_0"
    )


@dataclass
class Step:
    state: str


@pytest.mark.parametrize(
    ("states", "name"),
    [
        ("due todo todo todo todo todo", "done-0"),
        ("done due todo todo todo todo", "done-0"),
        ("done done done due todo todo", "done-2"),
        ("done done skip done due todo", "done-3"),
        ("done done done done done done", "done-5"),
    ],
)
def test_thread_class_is_the_last_step_reached(states, name):
    steps = [Step(state) for state in states.split()]
    assert render("{{ steps|thread_class }}", steps=steps) == name


def asking(query: str = "") -> HttpRequest:
    request = HttpRequest()
    request.GET = QueryDict(query)
    return request


def test_address_with_keeps_the_rest_of_the_query():
    html = render(
        '{% address_with "sort" "-title" "page" %}', request=asking("state=open&page=3&sort=title")
    )
    assert html == "?state=open&amp;sort=-title"


def test_page_range_leaves_gaps():
    page = Paginator(range(1000), 50).page(10)
    html = render("{% for n in page|page_range %}{{ n }} {% endfor %}", page=page)
    assert html == "1 None 9 10 11 None 20 "


@override_settings(ROOT_URLCONF="tests.portal.addresses")
@pytest.mark.parametrize(
    ("shown", "tag", "is_current"),
    [
        ("front:now", '{% nav "front:now" "pulse" "Now" %}', True),
        ("incidents:detail", '{% nav "front:now" "pulse" "Now" %}', False),
        ("front:now", '{% nav "front:now" "pulse" "Now" also="x:" %}', True),
        ("front:later", '{% nav "front:now" "pulse" "Now" also="front:" %}', True),
    ],
)
def test_nav_marks_the_current_page(shown, tag, is_current):
    request = asking()
    request.resolver_match = SimpleNamespace(view_name=shown)  # type: ignore[assignment]  # stands in
    assert ('aria-current="page"' in render(tag, request=request)) is is_current


@override_settings(ROOT_URLCONF="tests.portal.addresses")
def test_nav_counts_what_it_is_told_to():
    html = render('{% nav "front:now" "pulse" "Now" count="open_incidents" %}', open_incidents=3)
    assert '<span class="n">3</span>' in html


@override_settings(ROOT_URLCONF="tests.portal.addresses")
def test_nav_is_silent_about_a_page_that_does_not_exist():
    assert render('{% nav "reviews:none" "x" "None" %}').strip() == ""


@pytest.mark.parametrize(
    ("chosen", "theme"), [("dark", "dark"), ("light", "light"), ('"><script>', ""), ("", "")]
)
def test_the_theme_is_one_of_two(chosen, theme):
    request = asking()
    request.user = SimpleNamespace(time_zone="", theme=chosen)  # type: ignore[assignment]  # stands in
    assert portal_context.portal(request)["portal"].theme == theme


def test_the_reader_decides_the_zone():
    request = asking()
    request.user = SimpleNamespace(time_zone="Asia/Kolkata")  # type: ignore[assignment]  # stands in
    assert portal_context.portal(request)["portal"].zone == ZoneInfo("Asia/Kolkata")
    assert portal_context.portal(asking())["portal"].zone is UTC


@pytest.mark.parametrize(
    ("number", "link"), [("+49 30 555-0110", "tel:+49305550110"), ("", ""), ("ext", "")]
)
def test_the_duty_number_can_be_dialled(number, link):
    assert Portal(zone=UTC, now=NOW, duty_phone=number).duty_link == link


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Europe/Paris", ""),
        ("Asia/Tokyo", "22:16 in Tokyo"),
        ("Pacific/Auckland", "Sat 21 Nov, 02:16 in Auckland"),
    ],
)
def test_local_time_speaks_only_where_it_differs(zone, text):
    assert render("{% local_time zone %}", zone=zone) == text


def test_a_number_is_dialed_by_its_digits():
    assert render("{{ number|dialable }}", number="+49 (30) 555-01") == "+493055501"


def test_a_zone_is_called_by_its_city():
    assert render("{% zone_city zone %}", zone=ZoneInfo("Asia/Tokyo")) == "Tokyo (JST)"


@pytest.mark.parametrize(
    ("form", "said"),
    [("chip", "SEV1 Critical"), ("bare", "SEV1")],
    ids=["alone", "beside its word"],
)
def test_a_severity_is_said_once(form, said):
    shown = render("{% severity 1 form %}", form=form)

    assert re.sub(r"<[^>]+>", "", shown) == said
