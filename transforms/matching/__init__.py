"""Candidates, comparisons, score, clusters: which records are the same company."""
