"""Secrets in rows: readable with any key, written with the newest."""

import base64
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured

from config.portal import secrets

OLD, NEW = (base64.urlsafe_b64encode(letter * 32).decode() for letter in (b"o", b"n"))


def test_a_secret_is_not_what_stands_in_the_row(settings):
    settings.FIELD_KEYS = [OLD]

    stored = secrets.encrypt("JBSWY3DP")

    assert "JBSWY3DP" not in stored
    assert secrets.decrypt(stored) == "JBSWY3DP"


def test_keys_rotate_without_losing_a_secret(settings):
    settings.FIELD_KEYS = [OLD]
    stored = secrets.encrypt("JBSWY3DP")

    settings.FIELD_KEYS = [NEW, OLD]
    assert secrets.decrypt(stored) == "JBSWY3DP"
    fresh = secrets.rotated(stored)

    settings.FIELD_KEYS = [NEW]
    assert secrets.decrypt(fresh) == "JBSWY3DP"
    with pytest.raises(secrets.CannotRead):
        secrets.decrypt(stored)


@pytest.mark.parametrize("stored", ["JBSWY3DP", "f1:nonsense", ""])
def test_what_was_never_encrypted_is_refused(stored: str):
    with pytest.raises(secrets.CannotRead):
        secrets.decrypt(stored)


def test_a_bad_key_stops_the_start_and_is_not_shown():
    with pytest.raises(ImproperlyConfigured) as stopped:
        secrets.checked([OLD, "too short"])

    assert "Key 2 in FIELD_KEYS" in str(stopped.value)
    assert "too short" not in str(stopped.value)


HOUR = timedelta(hours=1)


def test_a_seal_shows_nothing_of_what_is_in_it(settings):
    settings.FIELD_KEYS = [OLD]

    sealed = secrets.seal("Cards are refused", purpose="a form")

    assert b"refused" not in base64.urlsafe_b64decode(sealed)
    assert secrets.unseal(sealed, purpose="a form", within=HOUR) == "Cards are refused"


def test_a_seal_opens_while_its_key_is_there_and_for_one_purpose(settings):
    settings.FIELD_KEYS = [OLD]
    sealed = secrets.seal("x", purpose="a form")

    settings.FIELD_KEYS = [NEW, OLD]
    assert secrets.unseal(sealed, purpose="a form", within=HOUR) == "x"
    with pytest.raises(secrets.CannotRead):
        secrets.unseal(sealed, purpose="another", within=HOUR)

    settings.FIELD_KEYS = [NEW]
    with pytest.raises(secrets.CannotRead):
        secrets.unseal(sealed, purpose="a form", within=HOUR)


def test_the_time_of_a_seal_ends(settings):
    settings.FIELD_KEYS = [OLD]
    with time_machine.travel(0, tick=False) as clock:
        sealed = secrets.seal("x", purpose="a form")
        clock.shift(HOUR)
        assert secrets.unseal(sealed, purpose="a form", within=HOUR) == "x"
        clock.shift(timedelta(seconds=2))
        with pytest.raises(secrets.TooOld):
            secrets.unseal(sealed, purpose="a form", within=HOUR)


@pytest.mark.parametrize("of", ["", "x", "é", "f1:x", "gAAAAA"])
def test_what_was_never_sealed_is_refused(settings, of: str):
    settings.FIELD_KEYS = [OLD]

    with pytest.raises(secrets.CannotRead):
        secrets.unseal(of, purpose="a form", within=HOUR)


def test_a_stored_secret_is_no_seal(settings):
    settings.FIELD_KEYS = [OLD]
    stored = secrets.encrypt("JBSWY3DP").removeprefix(secrets.PREFIX)

    with pytest.raises(secrets.CannotRead):
        secrets.unseal(stored, purpose="", within=HOUR)
