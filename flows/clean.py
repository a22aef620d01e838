"""Cleaning up, as a flow: files that nobody needs any more, and old runs in Prefect's own database."""

from datetime import UTC, datetime, timedelta

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowRunFilter,
    FlowRunFilterEndTime,
)

from flows import progress as told
from flows.cleaning import Cleaned, CleanParameters, clean, cleaned_text
from flows.french_flow import french_flow
from flows.markdown import MOST_ROWS, blocks, inert, table, title
from transforms.wording import number

REPORT = "nettoyage-rapport"
_AT_ONCE = 50
_KINDS = {
    "version": "version",
    "leftover": "reste d'exécution",
    "workbook": "classeur à corriger",
    "export": "export remplacé",
    "log": "journal du service",
}


@french_flow(
    "nettoyage",
    description="Supprime ce qui dépasse sa durée de conservation (exports remplacés, versions, classeurs à "
    "corriger, journaux, exécutions de cette interface) et les restes d'exécutions interrompues. Le journal "
    "d'Alliage est gardé pour toujours.",
    form="Ce qu'il faut garder",
)
def clean_up(parameters: CleanParameters) -> Cleaned:
    """Remove what nobody needs any more.

    Args:
        parameters: how much to keep.
    """
    cleaned = clean(parameters)
    before = datetime.now(UTC) - timedelta(days=parameters.flow_runs_kept_days)
    with get_client(sync_client=True) as client:
        runs = _forget_runs(client, before, only_show=parameters.only_show)
    cleaned = cleaned.model_copy(update={"flow_runs": runs})
    told.report(REPORT, lambda: _report(cleaned))
    told.done(cleaned_text(cleaned).partition("\n")[0])
    return cleaned


def _forget_runs(client: SyncPrefectClient, before: datetime, *, only_show: bool) -> int:
    """Delete flow runs that ended before a moment, their artifacts first; how many there were."""
    old = FlowRunFilter(end_time=FlowRunFilterEndTime(before_=before))
    forgotten = 0
    while runs := client.read_flow_runs(
        flow_run_filter=old, limit=_AT_ONCE, offset=forgotten if only_show else 0
    ):
        forgotten += len(runs)
        for run in [] if only_show else runs:
            mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]))
            for artifact in client.read_artifacts(artifact_filter=mine):
                client.delete_artifact(artifact.id)
            client.delete_flow_run(run.id)
    return forgotten


def _report(cleaned: Cleaned) -> str:
    rows = [(_KINDS[one.kind], str(one.path), f"{number(one.bytes / 1000)} ko") for one in cleaned.removed]
    first, *_ = cleaned_text(cleaned).splitlines()
    return blocks(
        title(inert(first), 1),
        table(("Quoi", "Chemin", "Taille"), rows[:MOST_ROWS], len(rows)) if rows else None,
        *(inert(remark.text) for remark in cleaned.remarks),
    )
