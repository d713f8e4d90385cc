"""The files that the application is made of."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
QUIZ = ROOT / "quiz"
TEMPLATES = QUIZ / "web" / "templates"
SCRIPTS = QUIZ / "web" / "static" / "js"
