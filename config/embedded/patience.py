"""How long the web server waits for a request that is on its way.

Each thread reads one request at a time, so whoever sends a byte a second could hold one for ever,
and a few of them all. Somebody on a slow line is not cut off: whoever sends more has more time.
"""

import errno
import socket
import time

FIRST_SECONDS = 10.0
BYTES_A_SECOND = 8192
"""What earns a sender one more second."""


class PatientSocket(socket.socket):
    """A socket that reads a request for FIRST_SECONDS, and longer while enough arrives."""

    _until = float("inf")

    def begin(self) -> None:
        """A request is read from now on."""
        self._until = time.monotonic() + FIRST_SECONDS

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        given = self.gettimeout()
        if given == 0:
            return super().recv(bufsize, flags)
        left = self._until - time.monotonic()
        if left <= 0:
            raise _too_slow()
        self.settimeout(left if given is None else min(left, given))
        try:
            found = super().recv(bufsize, flags)
        except TimeoutError:
            if given is not None and given < left:
                raise
            raise _too_slow() from None
        finally:
            self.settimeout(given)
        self._until += len(found) / BYTES_A_SECOND
        return found


def patient(sock: socket.socket) -> PatientSocket:
    """The same connection; `sock` itself is of no more use."""
    made = PatientSocket(fileno=sock.detach())
    made.settimeout(0)
    return made


def _too_slow() -> OSError:
    """As if the sender had gone: nobody is told, and the connection is closed."""
    return ConnectionResetError(errno.ECONNRESET, "the request came too slowly")
