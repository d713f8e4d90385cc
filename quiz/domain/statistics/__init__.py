"""What totals say about questions, quizzes and classes: formulas over cells and units.

Scores come in as whole percents, as a tally has them; shares, scores and gains go out between
0 and 1. Intervals are at 95 %. Where there are too few people to say anything, None comes back.

What tallies cannot know stays unknown. Nobody is linked to herself, so before and after are two
groups. The people of one class resemble each other; so a mean over classes has an interval that
goes by classes, and the interval of a single question, which goes by answers, is rather too narrow.
"""

from __future__ import annotations

from quiz.domain.statistics.groups import (
    Gain,
    Sensitivity,
    Sums,
    discernment,
    gain,
    mean_score,
    sensitivity,
    trend,
)
from quiz.domain.statistics.intervals import Estimate
from quiz.domain.statistics.questions import (
    Correlations,
    Doubt,
    QuestionTotals,
    by_question,
    correlations,
    difficulty,
    doubts,
    unused,
)

__all__ = [
    "Correlations",
    "Doubt",
    "Estimate",
    "Gain",
    "QuestionTotals",
    "Sensitivity",
    "Sums",
    "by_question",
    "correlations",
    "difficulty",
    "discernment",
    "doubts",
    "gain",
    "mean_score",
    "sensitivity",
    "trend",
    "unused",
]
