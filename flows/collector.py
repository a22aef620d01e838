"""Python's garbage collector, set for a run that imports much, then builds large frames."""

import gc


def settle() -> None:
    """Spare the collector what the imports made, and let it look less often at what the stages make.

    Frames hold millions of small objects and hardly any cycles: looking for these takes a tenth of a run of
    100,000 records by default.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def release() -> None:
    """Let go of what `settle` spared: at the end the interpreter frees it, else DuckDB complains of leaks."""
    gc.unfreeze()
