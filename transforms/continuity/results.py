"""What every gate of this stage found, also where it lies within the limits."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from transforms.continuity.exports import ExportParameters
from transforms.continuity.gates import Finding
from transforms.gates import Gate, GateResult, judged
from transforms.warehouse.runs import RunInput
from transforms.wording import plural

_NOTHING = "rien à signaler"
# What is expected where nothing was found; the gate of rows tells its figures in any case.
_EXPECTED = {
    Gate.OLDER_EXPORT: "un export du jour de celui qui est publié, ou d'après",
    Gate.MEMBER_NUMBERS: "des numéros qui désignent les mêmes adhérents",
    Gate.UNITS: "des montants dans la même unité",
    Gate.COLUMNS: "les colonnes de la dernière publication, lisibles",
    Gate.STATE: "le dossier d'état de l'entrepôt publié, entier",
}


def results(
    findings: Sequence[Finding],
    inputs: Sequence[RunInput],
    last: Mapping[str, RunInput],
    parameters: ExportParameters,
    force: Collection[Gate],
) -> Iterator[GateResult]:
    """One result a source for the rows, and of the other gates one a finding, or one that tells of none.

    Args:
        findings: what the gates have found.
        inputs: the exports of this run.
        last: the last export of each source that was in service.
        parameters: the limits for rows.
        force: the gates to lift.
    """
    short = {one.source for one in findings if one.gate is Gate.FEWER_ROWS}
    for one in inputs:
        yield GateResult(
            gate=Gate.FEWER_ROWS,
            source=one.source,
            found=_rows(one, last.get(one.source)),
            expected=f"au moins {100 * parameters.least_share:.0f} % des fiches de la dernière publication",
            verdict=judged(Gate.FEWER_ROWS, holds=one.source not in short, force=force),
        )
    for gate, expected in _EXPECTED.items():
        found = [one for one in findings if one.gate is gate]
        if not found:
            yield GateResult(gate=gate, found=_NOTHING, expected=expected)
        for finding in found:
            yield GateResult(
                gate=gate,
                source=finding.source,
                found=finding.found,
                expected=finding.expected,
                verdict=judged(gate, holds=False, force=force),
            )


def _rows(now: RunInput, then: RunInput | None) -> str:
    told = plural(now.records, "fiche", "fiches")
    if then is None or not then.records:
        return f"{told}, rien à comparer"
    return f"{told}, {100 * now.records / then.records:.0f} % de la dernière publication"
