"""Vững Tâm: a digital-safety quiz that keeps anonymous scores."""

DISTRIBUTION = "vung-tam"
"""The name under which it is installed. On the package index, ``quiz`` is something else."""
