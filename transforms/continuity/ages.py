"""Dates of exports that cannot be compared: without both of them nobody notices an export of last year."""

from collections.abc import Iterator, Mapping, Sequence

from transforms.report import Remark
from transforms.warehouse.runs import RunInput


def remarks(inputs: Sequence[RunInput], last: Mapping[str, RunInput]) -> Iterator[Remark]:
    """A warning for each export that has a date where the last one of its source had none, or the reverse.

    Args:
        inputs: the exports of this run.
        last: the last export of each source that was in service.
    """
    for now in inputs:
        then = last.get(now.source)
        if then is None or (now.export_date is None) == (then.export_date is None):
            continue
        if now.export_date:
            told = (
                f"« {now.file} » est du {now.export_date:%d/%m/%Y}, et l'export d'avant n'avait pas de date"
            )
        else:
            told = f"« {now.file} » n'a pas de date, et l'export d'avant était du {then.export_date:%d/%m/%Y}"
        text = f"{told} : rien ne dit qu'il est plus récent. À faire : vérifier que c'est bien le dernier."
        yield Remark(level="warning", source=now.source, text=text)
