"""Secrets of the embedded set-up: made once, kept in its run directory."""

import base64
import os
import secrets
from pathlib import Path


def secret_key(home: Path) -> str:
    """Return the signing key of this run directory, made on the first call."""
    return _kept(home / "secret-key", secrets.token_urlsafe(50))


def field_key(home: Path) -> str:
    """Return the key for encrypted fields (32 bytes, URL-safe base64), made on the first call."""
    return _kept(home / "field-key", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())


def _kept(path: Path, fresh: str) -> str:
    """Return what `path` holds, having written `fresh` there if nothing did.

    The file appears whole or not at all, so two processes that start together agree.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(fresh)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its key counts
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
