"""Runs that are refused: why, with every part that people need, and the proof that nothing has changed."""

from typing import Any

import pytest
from pipelines import Places, fingerprints, run_all

from transforms.errors import AlliageError


def refusal(places: Places, **options: Any) -> AlliageError:
    """Why a run (`run_all` with `options`) is refused; nothing that was published has another sha256."""
    before = fingerprints(places)
    assert len(before) >= 5
    with pytest.raises(AlliageError) as refused:
        run_all(places, **options)
    assert fingerprints(places) == before
    error = refused.value
    assert error.where is not None
    assert all([error.what, error.where.file, error.found, error.expected, error.next_step])
    return error
