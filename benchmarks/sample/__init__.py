"""Invented member exports: companies that do not exist, in files as badly kept as real ones."""

from benchmarks.sample.generate import Sample, generate

__all__ = ["Sample", "generate"]
