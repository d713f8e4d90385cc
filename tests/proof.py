"""How long the long series of tests are.

A change needs enough of each to see that a promise broke; before a release ``QUIZ_PROOF=full`` runs
all of them (`make test-full`). While somebody writes, ``QUIZ_PROOF=fast`` keeps to one kind of
database (`make test-fast`).
"""

import os

PROOF = os.environ.get("QUIZ_PROOF", "")
FULL, FAST = PROOF == "full", PROOF == "fast"


def length(usual: int, full: int) -> int:
    """Return how long a series is in this run."""
    return full if FULL else usual
