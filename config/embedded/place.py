"""Where the embedded set-up keeps its things. Pure: looks at paths, creates nothing."""

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

# The kernel allows 107 bytes for a socket's path; "/postgres/.s.PGSQL.5432.lock" takes 28.
LONGEST_SOCKET_DIRECTORY = 75
PLAIN = re.compile(r"[A-Za-z0-9._/-]+")


@dataclass(frozen=True)
class Place:
    """`home` holds data, logs and secrets; `sockets` what is only there while servers run."""

    ADDRESS: ClassVar = "{address}"
    """Stands in a kept note for wherever Muster runs by the time it is read."""

    home: Path
    sockets: Path

    @property
    def fingerprint(self) -> str:
        """A short name for this place, for what must be kept elsewhere."""
        return _fingerprint(self.home)

    @property
    def postgres_socket(self) -> Path:
        """The directory that PostgreSQL puts its socket into; what settings call HOST."""
        return self.sockets / "postgres"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def lock_file(self) -> Path:
        return self.home / "lock"

    @property
    def sign_in_note(self) -> Path:
        """Plain text the demo command leaves: where to sign in and as whom.

        For its address stands ADDRESS, since the next start may be on another port.
        """
        return self.home / "demo-sign-in.txt"


def of(project: Path, environment: Mapping[str, str]) -> Place:
    """Say where the project's embedded servers live: `.run/`, or what MUSTER_RUN_DIR names.

    Sockets move to a short directory under the temporary one when the path is too long for a
    socket or holds characters that connection addresses would have to escape.
    """
    home = Path(environment.get("MUSTER_RUN_DIR") or project / ".run").resolve()
    sockets = home / "sockets"
    if len(os.fsencode(sockets)) > LONGEST_SOCKET_DIRECTORY or not PLAIN.fullmatch(str(sockets)):
        sockets = _temporary_directory() / f"muster-{os.getuid()}-{_fingerprint(home)}"
    return Place(home=home, sockets=sockets)


def _temporary_directory() -> Path:
    """Prefer /tmp to TMPDIR: two terminals must find the same servers."""
    fixed = Path("/tmp")  # noqa: S108  # the directory in it is ours alone, see servers.py
    return fixed if fixed.is_dir() else Path(tempfile.gettempdir())


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
