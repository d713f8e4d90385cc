"""Vững Tâm: a digital-safety quiz that keeps anonymous scores."""
