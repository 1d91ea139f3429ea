"""Under which identity PostgreSQL runs: it refuses to be root, and people start Muster as root.

As root, the server runs inside a user namespace where root appears as nobody: no account is made,
no permission changed, files stay root's. Where that is forbidden (most containers), it runs as the
real nobody, with data, socket and, if need be, a copy of its programs where nobody can reach them.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.embedded.errors import CannotStart
from config.embedded.place import Place

NOBODY = 65534
NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
REACHABLE_HOME = Path("/var/lib")


@dataclass(frozen=True)
class Identity:
    """How to start PostgreSQL: `prefix` goes before the command, `user` is given up to if set."""

    prefix: tuple[str, ...]
    user: int | None
    programs: Path
    data: Path
    socket: Path


def settle(place: Place, programs: Path) -> Identity:
    """Choose the identity and make sure that it owns its data and socket directories."""
    data, socket = place.home / "postgres", place.postgres_socket
    us = os.geteuid()
    if us != 0 and _has_account(us):
        return Identity((), None, programs, _owned(data, us), _owned(socket, us))
    if _namespaces_work():
        return Identity(NAMESPACE, None, programs, _owned(data, us), _owned(socket, us))
    if us != 0:
        raise CannotStart(
            f"PostgreSQL does not start for user {us}, who has no account on this machine: run"
            " Muster as a user with one, or set DATABASE_URL."
        )

    refuge = REACHABLE_HOME / f"muster-{place.fingerprint}"
    return Identity(
        (),
        NOBODY,
        _reachable_programs(programs, refuge),
        _owned(_reachable(data, refuge / "data"), NOBODY),
        _owned(_reachable(socket, refuge / "socket"), NOBODY),
    )


def _has_account(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _namespaces_work() -> bool:
    if shutil.which(NAMESPACE[0]) is None:
        return False
    probe = subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False)  # noqa: S603
    return probe.returncode == 0


def _owned(directory: Path, owner: int) -> Path:
    """Return the real directory behind `directory`: there, private, and its owner's to the core."""
    directory = directory.resolve()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)
    if directory.stat().st_uid != owner:
        for path in [*directory.rglob("*"), directory]:
            os.chown(path, owner, owner, follow_symlinks=False)
    return directory


def _reachable(directory: Path, refuge: Path) -> Path:
    """Return `directory`, moved to `refuge` behind a link when nobody cannot walk there."""
    if directory.is_symlink() or _walkable(directory):
        return directory
    refuge.parent.mkdir(mode=0o755, exist_ok=True)
    # Without the link, a refuge belongs to a run directory that was thrown away.
    shutil.rmtree(refuge, ignore_errors=True)
    if directory.exists():
        shutil.move(directory, refuge)
    refuge.mkdir(mode=0o700, exist_ok=True)
    directory.parent.mkdir(parents=True, exist_ok=True)
    directory.symlink_to(refuge)
    return directory


def _reachable_programs(programs: Path, refuge: Path) -> Path:
    """Return a `bin` directory nobody can run: the given one, or a copy with its libraries."""
    if _walkable(programs):
        return programs
    package = programs.parent.parent
    copy = refuge / f"programs-{(programs / 'postgres').stat().st_mtime_ns}"
    installed = copy / package.name / programs.parent.name
    if not installed.exists():
        refuge.mkdir(mode=0o755, exist_ok=True)
        draft = copy.with_suffix(".part")
        shutil.rmtree(draft, ignore_errors=True)
        for name in ("bin", "lib", "share"):
            shutil.copytree(
                programs.parent / name, draft / package.name / programs.parent.name / name
            )
        bundled = package.with_name(f"{package.name}.libs")  # found by the programs' own rpath
        if bundled.is_dir():
            shutil.copytree(bundled, draft / bundled.name)
        draft.rename(copy)
    return installed / "bin"


def _walkable(path: Path) -> bool:
    """Say whether every directory above `path` lets others through."""
    return all(parent.stat().st_mode & 0o001 for parent in path.parents if parent.exists())
