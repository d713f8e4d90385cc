"""Commands, run as processes of their own."""

import os
import re
import subprocess
import sys

from tests.people import joined_sentences

QUIZ = [sys.executable, "-m", "quiz.cli"]


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8", **variables}


def run(*words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, and see that no two sentences of it touch."""
    result = subprocess.run(
        [*QUIZ, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(**variables),
    )
    assert joined_sentences(result.stdout + result.stderr) == []
    return result


def refused(result: subprocess.CompletedProcess[str]) -> str:
    """Return the sentence with which a command was refused."""
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    return result.stderr


def link_of(result: subprocess.CompletedProcess[str]) -> str:
    """Return the full address of the one link that was printed."""
    assert result.returncode == 0, result.stderr
    [address] = re.findall(r"^  (http\S+)$", result.stdout, re.MULTILINE)
    return address
