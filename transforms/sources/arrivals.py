"""Files as the clusters send them, without the persons who were erased: they never get further than this."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from transforms.report import Remark
from transforms.sources.contract import Contract
from transforms.sources.erasing import cleaned_file
from transforms.sources.files import read_bytes
from transforms.sources.text import counted
from transforms.suppression.matcher import Matcher
from transforms.warehouse import files


@dataclass
class Arrivals:
    """Reads files; where an erased person has come back, the file is written anew without them.

    Attributes:
        matchers: who was erased.
        keeps_files: whether files stay as they are, so that only what is read is without them.
        received: by source, the SHA-256 of the export as it was received, where it was written anew.
        remarks: what was done, told without saying to whom.
    """

    matchers: Sequence[Matcher] = ()
    keeps_files: bool = False
    received: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def export(self, path: Path, contract: Contract) -> bytes:
        """The bytes of an export.

        Raises:
            InputError: it cannot be read, or names an erased person and is of a kind that cannot be changed.
            MachineError: it may not be read.
        """
        before = read_bytes(path)
        data = self.workbook(path, contract)
        if data != before:
            self.received[contract.source] = hashlib.sha256(before).hexdigest()
        return data

    def workbook(self, path: Path, contract: Contract) -> bytes:
        """The bytes of a workbook of corrections; raises as `export` does."""
        data = read_bytes(path)
        if not self.matchers:
            return data
        cleaned = cleaned_file(data, path.name, contract, self.matchers)
        if cleaned.data != data:
            self._told(contract, path, cleaned.cells, replaced=self._replace(path, cleaned.data))
        return cleaned.data

    def _replace(self, path: Path, data: bytes) -> bool:
        if self.keeps_files:
            return True
        try:
            files.write_bytes(path, data, mode=path.stat().st_mode & 0o777)
        except OSError:
            return False
        return True

    def _told(self, contract: Contract, path: Path, cells: int, *, replaced: bool) -> None:
        what = counted(cells, "cellule vidée", "cellules vidées")
        text = f"« {path.name} » ramenait des données déjà effacées : {what} avant la lecture."
        if not replaced:
            text += (
                " Le fichier lui-même n'a pas pu être récrit et les contient toujours. À faire : donner le "
                "droit d'y écrire, ou l'ôter."
            )
        level = "info" if replaced else "warning"
        self.remarks.append(Remark.model_validate({"level": level, "source": contract.source, "text": text}))
