"""What people fill in about reviews."""

from reviews.forms.beside import Saved, merged
from reviews.forms.entry import ReviewEntry
from reviews.forms.lines import EvidenceForm

__all__ = ["EvidenceForm", "ReviewEntry", "Saved", "merged"]
