"""The audit trail in words."""

from config.front.history.speech import Event, Kind, Line, Told, name_of, references, tell
from config.front.history.what import KINDS

__all__ = ["KINDS", "Event", "Kind", "Line", "Told", "name_of", "references", "tell"]
