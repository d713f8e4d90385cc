"""Rules and values, on the standard library alone: time, chance and language arrive as arguments.

One word stands for one thing, on every floor: docs/glossary.md has them.
"""
