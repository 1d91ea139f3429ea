"""Secrets in rows: readable with any key, written with the newest."""

import base64

import pytest
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
