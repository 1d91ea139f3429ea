"""What holds for every kind of source: its own sample, its guide, and whatever anybody sends."""

import copy
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.portal.strict_json import why_not_storable
from incidents.enums import ChangeKind
from incidents.intake import fields
from incidents.intake.body import Unreadable, read_object
from incidents.intake.kind import PLACE, Door, Kind, Signed
from incidents.intake.kinds import KINDS
from incidents.intake.signal import Made, Noted, Parcel, Post, Rejected, Signal

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
DOCS = Path(__file__).parents[3] / "docs" / "integrations"
ADDRESS = "https://muster.example.com/api/v1/alerts/"
TOKEN_ADDRESS = "https://muster.example.com/hooks/{token}/{slug}"
EVERY = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069]")


def door(kind: Kind, token: str) -> Door:
    return Door(
        ADDRESS + kind.slug, token, TOKEN_ADDRESS.format(token=token or PLACE, slug=kind.slug)
    )


def deep(levels: int) -> Any:
    inner: Any = "x"
    for _ in range(levels):
        inner = {"a": [inner]}
    return inner


HOSTILE: dict[str, Any] = {
    "null": None,
    "true": True,
    "zero": 0,
    "negative": -1,
    "huge integer": 10**4000,
    "huge number": 1e308,
    "after the last year": 253402300800000.0,
    "infinity": float("inf"),
    "no number": float("nan"),
    "small number": 1e-300,
    "empty text": "",
    "spaces": " \t\n ",
    "NUL": "a\0b",
    "half a surrogate": "a\ud83d",
    "turned text": "evil\u202egpj.exe\u2066x\u2069",
    "controls": "a\x1b[31m\x07b\x7f\x9b",
    "10,000 characters": "x" * 10_000,
    "10,000 spaces and a letter": " " * 10_000 + "x",
    "script": "javascript:alert(1)",
    "broken address": "http://[",
    "address with a trick": "https://sns.eu-central-1.amazonaws.com@evil.example/",
    "quote and bracket": '"}]{',
    "dollars": "$$ $X$ ${HOME} {X} %s {0} {name}",
    "odd digits": "١٢٣²",
    "exponent": "1e999",
    "list": [],
    "list of lists": [[[]]],
    "list of nothing": [None, 1, "x", {}],
    "object": {},
    "wrong object": {"a": 1, "": None, "\0": "\0"},
    "label bomb": {f"label {number}": "x" * 2000 for number in range(500)},
    "few large labels": {"x" * 5000 + str(number): "y" * 5000 for number in range(10)},
    "lists under large names": {"x" * 5000 + str(number): [] for number in range(10)},
    "deep": deep(12),
    "year 1": "0001-01-01T00:00:00Z",
    "last moment": "9999-12-31T23:59:59.999999999-23:59",
    "no zone": "2026-11-21T14:29:00",
    "too many digits": "2026-11-21T14:29:00." + "9" * 500 + "Z",
}


def paths(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if way:
        yield way
    inside: Any = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    for name, inner in inside:
        yield from paths(inner, (*way, name))


def replaced(payload: dict[str, Any], way: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(payload)
    holder: Any = changed
    for name in way[:-1]:
        holder = holder[name]
    holder[way[-1]] = value
    return changed


def removed(payload: dict[str, Any], way: tuple[Any, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(payload)
    holder: Any = changed
    for name in way[:-1]:
        holder = holder[name]
    del holder[way[-1]]
    return changed


def check_text(text: object, most: int) -> None:
    assert isinstance(text, str)
    assert len(text) <= most
    assert why_not_storable(text) is None
    assert not TURNS_TEXT.search(text)
    assert "\x1b" not in text


def check_link(link: str, most: int) -> None:
    check_text(link, most)
    assert not link or link.lower().startswith(("http://", "https://"))


def check_instant(at: datetime | None) -> None:
    assert at is None or (at.tzinfo is UTC and 1971 <= at.year <= 2201)


def check_signal(signal: Signal) -> None:
    check_text(signal.key, 64)
    assert signal.key
    check_text(signal.name, 200)
    assert signal.name
    check_text(signal.summary, 500)
    check_text(signal.service, 80)
    check_text(signal.group_key, 64)
    check_link(signal.link, 1000)
    assert isinstance(signal.is_firing, bool)
    assert signal.severity in (None, 1, 2, 3, 4)
    check_instant(signal.starts_at)
    check_instant(signal.ends_at)
    assert not (signal.is_firing and signal.ends_at)
    assert len(signal.labels) <= 64
    for name, text in signal.labels.items():
        check_text(name, 200)
        check_text(text, 1024)


def check_made(made: Made) -> None:
    check_text(made.key, 64)
    assert made.key
    check_text(made.title, 160)
    assert made.title
    check_text(made.service, 80)
    check_text(made.made_by, 200)
    check_link(made.link, 500)
    check_instant(made.made_at)
    assert made.kind in ChangeKind.values


def check(parcel: Parcel) -> None:
    check_text(parcel.group_key, 64)
    check_text(parcel.title, 200)
    check_link(parcel.confirm_at, 1000)
    for alert in parcel.alerts:
        if isinstance(alert, Signal):
            check_signal(alert)
            assert alert.group_key or parcel.group_key
        else:
            assert isinstance(alert, Noted | Rejected)
            check_text(alert.sentence, 500)
            assert alert.sentence.endswith(".")
    for made in parcel.changes:
        check_made(made)


def check_refusal(refused: Unreadable) -> None:
    check_text(str(refused), 500)
    assert str(refused).endswith(".")
    assert 400 <= refused.status < 500


def survives(kind: Kind, post: Post) -> None:
    """Whatever arrives is read, or refused with a sentence; there is no third way."""
    try:
        parcel = kind.parse(post)
    except Unreadable as refused:
        check_refusal(refused)
    else:
        check(parcel)


@EVERY
def test_a_sample_is_read_as_one_alert_that_fires_or_one_change(kind: Kind) -> None:
    post = kind.sample(NOW)

    parcel = kind.parse(Post(read_object(json.dumps(post.payload).encode()), post.headers))

    check(parcel)
    fires = [alert for alert in parcel.alerts if isinstance(alert, Signal) and alert.is_firing]
    assert fires or parcel.changes
    assert kind.parse(kind.sample(NOW)) == parcel


@EVERY
def test_a_sample_says_that_it_is_a_test_and_wakes_nobody(kind: Kind) -> None:
    (alert,) = kind.parse(kind.sample(NOW)).alerts

    assert isinstance(alert, Signal)
    assert "test" in f"{alert.name} {alert.summary}"
    assert alert.severity in (3, 4)


@EVERY
def test_a_guide_names_the_address_and_the_token(kind: Kind) -> None:
    guide = kind.guide(door(kind, "tok-123"))

    shown = "\n".join(snippet.text for snippet in guide.snippets)
    assert "tok-123" in shown
    assert (
        ADDRESS + kind.slug in shown
        or TOKEN_ADDRESS.format(token="tok-123", slug=kind.slug) in shown
    )
    assert all(step.endswith(".") for step in guide.steps)


@EVERY
def test_a_guide_without_a_token_shows_its_place(kind: Kind) -> None:
    guide = kind.guide(door(kind, ""))

    shown = "\n".join(snippet.text for snippet in guide.snippets)
    assert PLACE in shown


@EVERY
def test_the_page_of_a_kind_has_the_words_of_its_guide(kind: Kind) -> None:
    guide = kind.guide(door(kind, ""))

    page = (DOCS / f"{kind.slug}.md").read_text(encoding="utf-8")

    assert page.startswith(f"# {kind.name}\n")
    for number, step in enumerate(guide.steps, start=2):
        assert f"{number}. {step}\n" in page
    for snippet in guide.snippets:
        assert snippet.text.strip() in page
    assert kind.about in page


def test_kinds_are_known_by_their_slug_and_the_generic_one_comes_first() -> None:
    assert next(iter(KINDS)) == "generic"
    names = [kind.name for kind in KINDS.values()][1:]
    assert names == sorted(names)
    assert all(re.fullmatch(r"[a-z]{1,20}", slug) for slug in KINDS)
    assert all(kind.about for kind in KINDS.values())


@EVERY
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_value_anywhere_is_read_or_refused(kind: Kind, hostile: Any) -> None:
    post = kind.sample(NOW)
    payload = dict(post.payload)

    for way in paths(payload):
        survives(kind, Post(replaced(payload, way, hostile), post.headers))
    for name in payload:
        survives(kind, Post({name: hostile}, post.headers))
    for name in post.headers:
        survives(kind, Post(payload, {**post.headers, name: str(hostile)[:9000]}))


@EVERY
def test_any_field_may_be_missing(kind: Kind) -> None:
    post = kind.sample(NOW)
    payload = dict(post.payload)

    for way in paths(payload):
        survives(kind, Post(removed(payload, way), post.headers))
    survives(kind, Post(payload))
    survives(kind, Post({}, post.headers))


@EVERY
def test_the_last_of_duplicate_names_counts(kind: Kind) -> None:
    post = kind.sample(NOW)
    body = json.dumps(post.payload)
    twice = f"{body[:-1]}, {body[1:]}"

    assert kind.parse(Post(read_object(twice.encode()), post.headers)) == kind.parse(post)


TEXT = st.text(st.characters(codec=None), max_size=30)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@EVERY
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_values_that_nobody_thinks_of_are_read_or_refused(kind: Kind, data: st.DataObject) -> None:
    post = kind.sample(NOW)
    payload = dict(post.payload)
    for way in data.draw(st.lists(st.sampled_from(sorted(paths(payload), key=str)), max_size=4)):
        try:
            payload = replaced(payload, way, data.draw(VALUE))
        except (KeyError, IndexError, TypeError):
            continue  # a value above it was replaced before

    survives(kind, Post(payload, post.headers))
    survives(kind, Post(data.draw(st.dictionaries(TEXT, VALUE, max_size=5)), post.headers))


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.is_signed])
@given(
    headers=st.dictionaries(
        st.sampled_from(
            [
                "x-hub-signature-256",
                "x-gitlab-token",
                "sentry-hook-signature",
                "x-grafana-alerting-signature",
                "x-grafana-alerting-signature-timestamp",
            ]
        ),
        st.text(st.characters(codec=None), max_size=80),
    )
)
def test_a_made_up_signature_is_none(kind: Kind, headers: dict[str, str]) -> None:
    assert kind.is_signed is not None

    assert not kind.is_signed(
        Signed(b"{}", headers, "a secret of 40 characters, known to two", NOW)
    )
    assert not kind.is_signed(Signed(b"{}", headers, "", NOW))


def test_limits_are_those_of_the_rows_that_are_kept() -> None:
    assert (fields.NAME_LENGTH, fields.SUMMARY_LENGTH, fields.LINK_LENGTH) == (200, 500, 1000)
