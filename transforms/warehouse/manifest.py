"""The manifest beside the warehouse: which run made it, from what, and the fingerprints that prove it."""

import json
from pathlib import Path

from transforms.warehouse import files
from transforms.warehouse.runs import RunRecord
from transforms.warehouse.swap import Publication


def write_manifest(
    publication: Publication,
    record: RunRecord,
    *,
    storage_version: str,
    tables: dict[str, int],
    contacts: dict[str, int],
) -> None:
    """Write the draft of the manifest for the finished drafts of warehouse and contacts.

    `tables` and `contacts` are the rows of each table of the two files.
    """
    run = record.model_dump(mode="json", include={"run_id", "started_at", "ended_at", "inputs"})
    content = {
        **run,
        "alliage_version": record.code_version,
        "storage_version": storage_version,
        "warehouse": _described(publication, publication.warehouse) | {"tables": tables},
        "contacts": _described(publication, publication.contacts) | {"tables": contacts},
    }
    text = json.dumps(content, ensure_ascii=False, indent=2)
    files.write_text(publication.draft(publication.manifest), text + "\n")


def _described(publication: Publication, path: Path) -> dict[str, object]:
    draft = publication.draft(path)
    return {"file": path.name, "sha256": files.sha256_of(draft), "bytes": draft.stat().st_size}
