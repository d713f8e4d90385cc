"""How each kind of question is written in a file: its model and its editorial rules.

The module of a kind is named like the kind, and has a ``Model`` and a function ``check``.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

from quiz.domain.question import Kind

MODULES: Mapping[str, ModuleType] = {
    kind.value: import_module(f"{__name__}.{kind.value}") for kind in Kind
}
