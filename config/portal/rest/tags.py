"""Tags of what was read (ETag): nothing is sent twice, and nobody's change is overwritten."""

import hashlib
import re

from django.http import HttpRequest

from config.portal.rest.errors import Problem
from config.portal.rest.schema import Shown, as_bytes

TAG = re.compile(r'(?:W/)?"[^"]*"')


def tag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def named_in(header: str) -> set[str]:
    """The tags of If-Match or If-None-Match; "*" stands for any."""
    if header.strip() == "*":
        return {"*"}
    return {found.group().removeprefix("W/") for found in TAG.finditer(header)}


def is_known(request: HttpRequest, tag: str) -> bool:
    """Whether the program has this already."""
    return bool({"*", tag} & named_in(request.headers.get("If-None-Match", "")))


def check_unchanged(request: HttpRequest, shown: Shown) -> None:
    """Refuse a change of what somebody else has changed since it was read. Raises Problem (412)."""
    header = request.headers.get("If-Match")
    if header is None:
        return
    if not {"*", tag_of(as_bytes(shown.model_dump()))} & named_in(header):
        raise Problem(
            412,
            "changed_meanwhile",
            "Somebody has changed this since you read it. Read it again, then send your change.",
        )
