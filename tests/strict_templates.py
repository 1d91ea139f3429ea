"""An unknown variable in one of our templates fails the test that renders it."""

import sys
from pathlib import Path
from types import FrameType

PROJECT = Path(__file__).resolve().parent.parent


class UnknownVariableError(Exception):
    """A template of ours names something its view never gave it."""


class UnknownVariable(str):
    """What Django puts in place of an unknown variable: a bang in our templates, nothing in others.

    Django asks for `value % name` when the value holds "%s".
    """

    __slots__ = ()

    def __new__(cls) -> "UnknownVariable":
        return super().__new__(cls, "%s")

    def __mod__(self, variable: object) -> str:
        origin = _template_being_rendered(sys._getframe(1))
        if origin is None or not _is_ours(Path(origin)):
            return ""
        raise UnknownVariableError(f"{variable} in {origin}")


def _template_being_rendered(frame: FrameType | None) -> str | None:
    """Return the file of the node that asked, found by walking up the stack."""
    while frame:
        node = frame.f_locals.get("self")
        if frame.f_code.co_name == "render_annotated" and node is not None:
            return str(node.origin.name) if hasattr(node, "origin") else None
        frame = frame.f_back
    return None


def _is_ours(template: Path) -> bool:
    return template.is_relative_to(PROJECT) and "site-packages" not in template.parts
