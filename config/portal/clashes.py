"""Two people at once: what the database refuses because somebody else was faster."""

from django.db import DatabaseError
from django.db.models import ProtectedError, RestrictedError
from psycopg import errors

LATE = (
    errors.ForeignKeyViolation,
    errors.UniqueViolation,
    errors.ExclusionViolation,
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.LockNotAvailable,
)


def is_clash(error: Exception) -> bool:
    """Whether this came of somebody else's change a moment ago, not of a fault of ours."""
    if isinstance(error, ProtectedError | RestrictedError):
        return True
    return isinstance(error, DatabaseError) and isinstance(error.__cause__, LATE)
