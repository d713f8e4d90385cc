"""The default set of benchmarks, within ten minutes.

    make bench ARGS="--out figures.json"

Each figure stands beside its floor of the same run, and beside the limit that it must keep: so
many times the floor, seconds of the processor, megabytes, or requests. Ends with 1 if one is over,
else with 0. Times depend on what else the machine does; seconds of the processor less so.
"""

from __future__ import annotations

import sys

from benchmarks import beside_readers, live_room, solo, startup, storage
from benchmarks.live_room import Plan
from benchmarks.results import Result, Results, options

ROOMS, PHONES = 20, 30
"""Of many classes at once; the same phones make one large class."""

DEARER = 1.5
"""By how much more of the processor many rooms may take for a question than one with as many."""


def main() -> None:
    """Run all of the default set."""
    parser = options(__doc__)
    asked = parser.parse_args()
    live_room.allow_many_files()
    results = Results()
    startup.run(results)
    storage.run(results)
    solo.run(results)
    beside_readers.run(results)
    live_room.measure(results, Plan(rooms=1, phones=PHONES))
    one = live_room.measure(results, Plan(rooms=1, phones=ROOMS * PHONES))
    many = live_room.measure(results, Plan(rooms=ROOMS, phones=PHONES))
    ratio = many.cpu_question / one.cpu_question
    name = f"{ROOMS} rooms of {PHONES}: CPU of a question against one room"
    results.add(Result(name, ratio, "", limit=DEARER))
    sys.exit(results.finish(asked.out))


if __name__ == "__main__":
    main()
