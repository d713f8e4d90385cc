"""What may be published: the one place that states the rule, and every threshold of it.

The rule. Every published number is a function of cells with at least ten people who answered. No
published number, and no difference of published numbers over any series of exports, filters, pages
and keys, is a function of fewer than ten people's answers, or joins answers of fewer than ten
people. A facilitator sees figures of her own class under the same rule with five in place of ten.

A *cell* is what the people of one batch answered to one question in one wording: how often each
option was chosen, and each score reached. Why the rule holds:

* Every figure is a sum over *released* cells, or follows from such sums. A filter chooses batches
  and never a part of a cell. So whatever is added and subtracted, each cell enters whole.
* A cell is released once, with at least ten answers, each of another person. Where a released cell
  grows (the quiz taken alone, and small classes together), it grows by at least ten answers.
* What is not released is in no sum: not in that of the question, the theme, the skill, or all.
  So it cannot be had by taking parts from a whole.
* Whatever joins several answers of one person is published of a *unit* only: at least fifty people
  of three batches or more, in groups of at least ten that do not overlap, each person in one unit,
  regardless of any filter. A unit never changes.
"""

from __future__ import annotations

from collections.abc import Collection

LEAST_PUBLISHED = 10
"""People who answered, before a figure may be published: statistical offices ask for ten."""

GROUP_NUMBERS = range(100_000, 1_000_000)
"""What the number of a released group is drawn from: it tells neither when nor after how many.

A group has it from its release for ever, in every file. Before and after a lesson share one.
"""

LEAST_TOGETHER = 3
"""Batches that are published together, none with more than half of the answers.

Of two, each could take her own class from the sum and would hold the other.
"""

LEAST_IN_UNIT = 50
"""People in a unit. The interval of a correlation is then at most 0.29 to either side."""

LEAST_ANSWERS_OF_PERSON = 4
"""Scored answers that somebody must have given to be in a unit.

Of two answers, what a person scored in the others is the other answer itself.
"""

STEP = 5
"""Percent to which a figure of a single batch is rounded, and how near it comes to 0 and to 100.

No file can then say what everybody in a class answered. Statistical offices call it top and bottom
coding.
"""

LEAST_SHOWN = 5
"""Answers before a class sees how it answered.

With fewer, those who know their own answer and a neighbour's can work out the rest.
"""


def may_be_published(people: int) -> bool:
    """Whether what so many people answered is enough for a figure."""
    return people >= LEAST_PUBLISHED


def may_be_joined(batches: Collection[int], least: int = LEAST_PUBLISHED) -> bool:
    """Whether batches of so many answers each may be published together."""
    together = sum(batches)
    return together >= least and len(batches) >= LEAST_TOGETHER and 2 * max(batches) <= together


def coarse(percent: float) -> int:
    """Return what may be said of a single batch: steps of five percent, from 5 to 95."""
    return min(max(STEP * round(percent / STEP), STEP), 100 - STEP)


def may_show_counts(answers: int) -> bool:
    """Whether a class may see how so many of its people answered."""
    return answers >= LEAST_SHOWN
