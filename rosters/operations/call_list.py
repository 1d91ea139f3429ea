"""The call list on disk: whom to phone on the day on which Muster itself is down."""

import csv
import io
import logging
import os
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from config.portal.spreadsheets import plain
from rosters.queries import numbers, phone_tree
from rosters.queries.phone_tree import Branch, PhoneTree

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)
PAGE, SHEET = "call-list.html", "call-list.csv"
HEADINGS = ("Part", "For", "Detail", "Person", "As", "Numbers", "As of")
# One file that needs no other; it is opened from a disk, never served.
STYLE = SafeString(
    "<style>body{font:16px/1.45 system-ui,sans-serif;margin:2rem auto;padding:0 1rem;"
    "max-width:56rem}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;"
    "padding:.35rem .6rem;border-top:1px solid #999}h2{margin-top:2rem}"
    "a{white-space:nowrap}tr{break-inside:avoid}:root{color-scheme:light dark}</style>"
)


def keep(*, now: datetime, older_than: timedelta = EVERY) -> bool:
    """The files are no older than that; returns whether they were written.

    Without `CALL_LIST_DIR` nothing is written. A disk that is full or away is reported, not raised:
    nothing else may wait for it.
    """
    if not settings.CALL_LIST_DIR:
        return False
    folder = Path(settings.CALL_LIST_DIR)
    if _is_young(folder / SHEET, now=now, older_than=older_than):
        return False
    try:
        write(folder, now=now)
    except OSError:
        logger.exception("the call list could not be written to %s", folder)
        return False
    return True


def write(folder: Path, *, now: datetime) -> None:
    """Both files hold everybody who can be phoned at `now`, with numbers; only their owner reads
    them. Each replaces the old one in one step. Raises OSError."""
    tree = phone_tree.load(at=now)
    tree = phone_tree.load(at=now, phones=numbers.phones_of(tree.person_ids))
    _put(folder / PAGE, _page(tree), now=now)
    _put(folder / SHEET, _sheet(tree), now=now)


def _is_young(path: Path, *, now: datetime, older_than: timedelta) -> bool:
    try:
        written = path.stat().st_mtime
    except OSError:
        return False
    return now.timestamp() - written < older_than.total_seconds()


def _put(path: Path, text: str, *, now: datetime) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.utime(name, (now.timestamp(), now.timestamp()))
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _parts(tree: PhoneTree) -> tuple[tuple[str, tuple[Branch, ...]], ...]:
    return (
        ("On call now", tree.on_call),
        ("For the whole company", tree.company),
        ("By service", tree.services),
    )


def _page(tree: PhoneTree) -> str:
    return render_to_string(
        "rosters/call_list.html",
        {
            "tree": tree,
            "parts": _parts(tree),
            "style": STYLE,
            "duty_name": settings.DUTY_NAME,
            "duty_phone": settings.DUTY_PHONE,
        },
    )


def _sheet(tree: PhoneTree) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for part, branches in _parts(tree):
        for branch in branches:
            writer.writerows(_rows(part, branch, tree.at))
    return text.getvalue()


def _rows(part: str, branch: Branch, at: datetime) -> Iterable[list[str]]:
    for called in branch.people:
        phones = " / ".join(point.address for point in called.phones)
        cells = (part, branch.title, branch.detail, called.full_name, called.word, phones, at)
        yield [plain(cell) for cell in cells]
