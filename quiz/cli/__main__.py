"""``python -m quiz.cli``, where the command is not on the path."""

from quiz.cli import main

main()
