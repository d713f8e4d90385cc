"""The kinds of question: what counts as an answer, and what it scores between 0 and 1."""

from __future__ import annotations

from quiz.domain.kinds.choice import Choice
from quiz.domain.kinds.flags import Flags
from quiz.domain.kinds.judge import Judge
from quiz.domain.kinds.match import Match
from quiz.domain.kinds.multiple import Multiple
from quiz.domain.kinds.order import Order
from quiz.domain.kinds.story import Story

__all__ = ["Choice", "Flags", "Judge", "Match", "Multiple", "Order", "Story"]
