"""What totals say about questions, quizzes and classes: formulas over tallies alone.

Scores come in as whole percents, as a tally has them; shares, scores and gains go out between
0 and 1. Intervals are at 95 %. Where there are too few people to say anything, None comes back.

What tallies cannot know stays unknown. Nobody is linked to herself, so before and after are two
groups. The people of one class resemble each other, so intervals are rather too narrow. The
rests of different quizzes differ in difficulty, so correlations over several are rather too low.
"""

from __future__ import annotations

from quiz.domain.statistics.groups import (
    Gain,
    Reliability,
    Sensitivity,
    discernment,
    gain,
    mean_score,
    reliability,
    sensitivity,
    spread,
    trend,
)
from quiz.domain.statistics.intervals import Estimate, Spread
from quiz.domain.statistics.questions import (
    Doubt,
    QuestionTotals,
    by_question,
    difficulty,
    discrimination,
    doubts,
    option_rest,
    unused,
)

__all__ = [
    "Doubt",
    "Estimate",
    "Gain",
    "QuestionTotals",
    "Reliability",
    "Sensitivity",
    "Spread",
    "by_question",
    "difficulty",
    "discernment",
    "discrimination",
    "doubts",
    "gain",
    "mean_score",
    "option_rest",
    "reliability",
    "sensitivity",
    "spread",
    "trend",
    "unused",
]
