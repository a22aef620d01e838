"""Weights re-estimated from what stewards have judged, and the record of every time that was done."""
