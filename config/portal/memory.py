"""How a process that stays looks for garbage: one that answers requests, or moves what is due."""

import gc

YOUNG, MIDDLE, OLD = 50_000, 20, 50
"""After so many more objects made than freed the new ones are looked at; every so many such looks
all that came since the beginning."""


def settle() -> None:
    """What is there from now on is never looked through for garbage, and the rest seldom.

    Otherwise some request every now and then waits until hundreds of thousands of objects that
    stay for good were looked at, and a page of thousands of rows until all of its own were, many
    times over: with the usual figures that is a third of its time, and a seventh of a tick's.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
