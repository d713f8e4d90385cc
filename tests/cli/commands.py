"""Commands: run in this process, or as processes of their own where that is the subject."""

import os
import re
import subprocess
import sys

from click.testing import CliRunner, Result

from quiz.cli import main
from tests.people import joined_sentences

QUIZ = [sys.executable, "-m", "quiz.cli"]


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8", **variables}


def run(*words: object, **variables: str) -> Result:
    """Run a command to its end in this process, and see that no two sentences of it touch.

    A new process imports the program first, which takes longer than most commands.
    """
    runner = CliRunner(env={"LC_ALL": "C.UTF-8", **variables})
    result = runner.invoke(main, [*map(str, words)], prog_name="quiz", catch_exceptions=False)
    assert joined_sentences(result.output) == []
    return result


def run_process(*words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end as a person does, in a process of its own."""
    result = subprocess.run(
        [*QUIZ, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(**variables),
    )
    assert "Traceback" not in result.stderr
    assert joined_sentences(result.stdout + result.stderr) == []
    return result


def refused(result: Result) -> str:
    """Return the sentence with which a command was refused."""
    assert result.exit_code != 0
    return result.stderr


def link_of(result: Result) -> str:
    """Return the full address of the one link that was printed."""
    assert result.exit_code == 0, result.stderr
    [address] = re.findall(r"^  (http\S+)$", result.stdout, re.MULTILINE)
    return address
