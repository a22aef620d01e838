"""How far an erasure has come: what it did, what it could not do, and its receipt."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flows import dropped_erasing
from flows.erasing_places import Place, out_of_reach
from flows.erasing_task import Left
from flows.receipt_page import receipt_page
from transforms.report import Remark
from transforms.suppression import log
from transforms.suppression.log import Pending, Rewritten
from transforms.warehouse import files, modes
from transforms.wording import plural


class LeftPlaces:
    """The places that nobody may call clean, by why."""

    def __init__(self) -> None:
        self._found: dict[Left, list[str]] = {"by_hand": [], "held": [], "unseen": [*out_of_reach()]}

    def add(self, place: Place, left: Left | None) -> None:
        """A place was looked at."""
        if left is not None:
            self._found[left].append(str(place.path))

    def told(self) -> dict[str, Any]:
        """The places by the fields of `Erased`."""
        return {why: tuple(places) for why, places in self._found.items()}


class Progress:
    """What was done so far, on the disk before each export is replaced: it cannot be found out after."""

    def __init__(self, state: Path, pending: Pending, cut: Callable[[str], str]) -> None:
        self.state = state
        self.pending = pending
        self._cut = cut

    def note(self, path: Path, before: bytes, after: bytes) -> None:
        """An export is about to be replaced."""
        sums = [hashlib.sha256(data).hexdigest() for data in (before, after)]
        entry = Rewritten(file=path.name, before=sums[0], after=sums[1])
        if entry not in self.pending.rewritten:
            self._put(rewritten=(*self.pending.rewritten, entry))
        raw, warehouse = self.pending.raw, self.pending.warehouse
        dropped_erasing.follow(path, after, raw=raw, warehouse=warehouse, state=self.state, cut=self._cut)

    def _put(self, **more: object) -> None:
        self.pending = self.pending.model_copy(update=more)
        log.write_pending(self.state, self.pending)


def unfinished(erasure_id: str, by_hand: Sequence[str], held: Sequence[str]) -> Iterator[Remark]:
    """What is in the way of an erasure, and what to do."""
    begins = f"L'effacement {erasure_id} n'est pas terminé."
    if by_hand:
        files_ = plural(len(by_hand), "fichier qu'Alliage", "fichiers qu'Alliage")
        yield Remark(
            level="warning",
            text=f"{begins} Trouvé : {files_} ne sait pas récrire ({', '.join(by_hand)}). À faire : "
            "enregistrer au format .xlsx, ou supprimer ; la prochaine exécution terminera l'effacement.",
        )
    if held:
        yield Remark(
            level="warning",
            text=f"{begins} Trouvé : la base de Prefect est occupée, elle peut encore contenir ces données "
            f"({', '.join(held)}). À faire : arrêter le service, puis le relancer : il terminera "
            "l'effacement à son démarrage.",
        )


def write_receipt(state: Path, pending: Pending, unseen: tuple[str, ...]) -> Path:
    """The proof of an erasure, without the data: when, how much in which places, which exports changed."""
    folder = state / log.RECEIPTS
    modes.make_private_folder(folder)
    receipt = log.Receipt(
        erasure_id=pending.erasure.erasure_id,
        begun_at=pending.erasure.at,
        ended_at=datetime.now(UTC),
        rows=len(pending.members),
        identifiers=len(pending.erasure.entries),
        keeps_names=pending.erasure.keeps_names,
        values=pending.values,
        exports=pending.rewritten,
        not_looked_into=unseen,
        alliage_version=version("alliage"),
    )
    path = folder / f"{receipt.erasure_id}.json"
    files.write_text(path.with_suffix(".html"), receipt_page(receipt, pending.erasure))
    files.write_text(path, receipt.model_dump_json(indent=2) + "\n")
    return path
