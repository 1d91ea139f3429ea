"""Which scope an operation needs, said where the operation stands."""

from collections.abc import Callable
from typing import Any, TypeVar

Operation = TypeVar("Operation", bound=Callable[..., Any])
MARK = "_needs_scope"


def needs(scope: str) -> Callable[[Operation], Operation]:
    """Decorator, below the router's: only a token with this scope comes in."""

    def mark(operation: Operation) -> Operation:
        setattr(operation, MARK, scope)
        return operation

    return mark


def needed_by(operation: Callable[..., Any]) -> str:
    """The scope of an operation; an operation without one is a mistake of ours."""
    return str(getattr(operation, MARK))
