"""Is the state folder the one that belongs to the published warehouse, and is it whole?

With another folder, or half of one, every gate would compare with nothing, and companies would get new ids.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from transforms.continuity.gates import Finding
from transforms.gates import Gate
from transforms.warehouse.register import ALIASES_FILE, KEY_FILE, REGISTER_FILE


def findings(state: Path, runs: Sequence[Mapping[str, Any]], published: str | None) -> Iterator[Finding]:
    """What speaks against the folder `state`: a publication that its log does not know, a file that is gone.

    Args:
        state: the folder.
        runs: its run log.
        published: the run that made the published warehouse; None if nothing is published.
    """
    if published is not None and published not in {run["run_id"] for run in runs}:
        yield _finding(
            state,
            f"un journal qui ne connaît pas l'exécution {published}, dont vient l'entrepôt publié",
            "le dossier d'état des fusions de cet entrepôt",
        )
    if any(run["verdict"] == "published" for run in runs):
        files = (REGISTER_FILE, ALIASES_FILE, KEY_FILE)
        if gone := [name for name in files if not (state / name).exists()]:
            yield _finding(
                state,
                f"fichiers absents : {', '.join(gone)}",
                f"les fichiers que la dernière publication y a laissés : {', '.join(files)}",
            )


def _finding(state: Path, found: str, expected: str) -> Finding:
    return Finding(gate=Gate.STATE, file=str(state), found=found, expected=expected)
