"""Going back to an earlier version, as a flow that staff start from a form."""

from flows import progress as told
from flows.french_flow import french_flow
from flows.markdown import blocks, bullets, inert, table, title
from flows.version_name import told_version
from flows.versions import Restored, RestoreParameters, kept_versions, restore_version, restored_text
from transforms.warehouse.versions import Version
from transforms.wording import number

REPORT = "versions-rapport"
_STATES = {"published": "en service", "kept": "conservée", "damaged": "abîmée"}


@french_flow(
    "remise en service",
    description="Remet en service une version antérieure de l'entrepôt, ou montre celles qui existent. "
    "Décisions et identifiants d'entreprises restent ceux d'aujourd'hui.",
    form="Version à remettre en service",
)
def restore_warehouse(parameters: RestoreParameters) -> Restored | None:
    """Put an earlier version back, or list those that there are.

    Args:
        parameters: which version, and where.
    """
    restored = None if parameters.only_show else restore_version(parameters)
    lines = restored_text(restored).splitlines() if restored else ["Rien n'a été changé."]
    found = kept_versions(parameters.warehouse)
    told.report(REPORT, lambda: _report(lines, found))
    for line in lines:
        told.done(line)
    return restored


def _report(lines: list[str], found: list[Version]) -> str:
    rows = [
        (
            told_version(one),
            number(one.manifest.warehouse.tables.get("companies", 0)) if one.manifest else "",
            _STATES[one.state],
            " ; ".join(f"{entry.source} : {entry.file}" for entry in one.manifest.inputs)
            if one.manifest
            else "",
        )
        for one in found
    ]
    return blocks(
        title(inert(lines[0]), 1),
        bullets(inert(line.strip(" -")) for line in lines[1:]) if lines[1:] else None,
        title("Versions conservées"),
        table(("Version", "Entreprises", "État", "Exports"), rows) if rows else "Aucune.",
    )
