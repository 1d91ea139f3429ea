"""Secrets that stand in rows, and what a page carries unread, encrypted with FIELD_KEYS.

The newest key encrypts, every key decrypts. To change the key: put a new one in front, restart,
run `manage.py rotate_secrets`, then take the old one away.
"""

import zlib
from collections.abc import Sequence
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

PREFIX = "f1:"  # what stands before it tells an encrypted value from any other


class CannotRead(Exception):
    """No key of FIELD_KEYS opens this secret: the key it was written with is gone."""


class TooOld(CannotRead):
    """A key opens it, but its time is over."""


def encrypt(text: str) -> str:
    """The secret as it may stand in a row."""
    return PREFIX + _keys().encrypt(text.encode()).decode("ascii")


def decrypt(stored: str) -> str:
    """The secret that `encrypt` was given. Raises CannotRead."""
    try:
        return _keys().decrypt(_body(stored)).decode()
    except InvalidToken as error:
        raise CannotRead("No key in FIELD_KEYS opens this secret.") from error


def rotated(stored: str) -> str:
    """The same secret under the newest key. Raises CannotRead."""
    try:
        return PREFIX + _keys().rotate(_body(stored)).decode("ascii")
    except InvalidToken as error:
        raise CannotRead("No key in FIELD_KEYS opens this secret.") from error


def seal(text: str, *, purpose: str) -> str:
    """The text as a page may carry it for a while: nobody reads or changes it without a key."""
    return _keys().encrypt(zlib.compress(f"{purpose}:{text}".encode())).decode("ascii")


def unseal(sealed: str, *, purpose: str, within: timedelta) -> str:
    """What `seal` was given for this purpose, at most `within` ago. Raises TooOld, CannotRead."""
    try:
        body = _keys().decrypt(sealed.encode("ascii"))
        name, _colon, text = zlib.decompress(body).decode().partition(":")
    except (InvalidToken, UnicodeError, zlib.error) as error:
        raise CannotRead("No key in FIELD_KEYS opens this seal.") from error
    if name != purpose:
        raise CannotRead("This was sealed for something else.")
    try:
        _keys().decrypt(sealed.encode("ascii"), ttl=int(within.total_seconds()))
    except InvalidToken as error:
        raise TooOld("This was sealed too long ago.") from error
    return text


def checked(keys: Sequence[str]) -> list[str]:
    """The keys, if each is one; else a sentence stops the start."""
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"Key {number} in FIELD_KEYS is no key: it must be 32 random bytes in URL-safe"
                " base64. See docs/settings.md."
            ) from error
    return list(keys)


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


def _body(stored: str) -> str:
    if not stored.startswith(PREFIX):
        raise CannotRead("This secret is not encrypted the way Muster does it.")
    return stored.removeprefix(PREFIX)
