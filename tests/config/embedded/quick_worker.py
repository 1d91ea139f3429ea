"""Our web server's worker with little patience, for tests of what it does when that is over."""

from config.embedded import patience
from config.embedded.worker import PlainWorker

patience.FIRST_SECONDS = 1.5
QuickWorker = PlainWorker
