"""Telling people who are not looking: a run that failed, a refusal, an export that never changes, silence."""
