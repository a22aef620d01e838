"""Intake: one YAML contract a source, and the reader that obeys it."""
