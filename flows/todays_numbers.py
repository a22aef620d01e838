"""Under which number the published warehouse shows the members that bore another one once."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from transforms.continuity.history import services
from transforms.continuity.timeline import numbers_in_service
from transforms.matching.decisions.decision import Record
from transforms.warehouse import beside
from transforms.warehouse.manifest import read_manifest
from transforms.warehouse.register import read_register
from transforms.warehouse.runs import read_runs


def todays_numbers(warehouse: Path, state: Path, records: Collection[Record]) -> pd.DataFrame:
    """The numbers that changed hands, as the next run would find them if its exports were those of this one.

    Args:
        warehouse: the published file, which lies beside its manifest.
        state: the folder of the register and the run log.
        records: those of the published file.

    Returns:
        Columns of continuity.numbers.

    Raises:
        InputError: the register, the run log or the manifest is damaged.
    """
    manifest = read_manifest(beside.manifest(warehouse))
    past = services(read_runs(state), manifest.run_id if manifest else None)
    members = pd.DataFrame(list(records), columns=["source", "member_id"], dtype="str")
    return numbers_in_service(members, read_register(state), past)
