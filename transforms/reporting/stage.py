"""The door of the report: a published warehouse in, an HTML file and a PDF beside it out."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from transforms.errors import AlliageError, MachineError, Where
from transforms.report import Remark, StageReport
from transforms.warehouse import beside, files, modes


class ReportParameters(BaseModel):
    """Which warehouse is reported.

    Args:
        warehouse: the published file; the report lies beside it, unless `out` says otherwise.
        out: another folder for the report.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    warehouse: Path
    out: Path | None = None

    @property
    def page(self) -> Path:
        """The report as HTML."""
        return self._placed(beside.report_page(self.warehouse))

    @property
    def document(self) -> Path:
        """The report as PDF."""
        return self._placed(beside.report_document(self.warehouse))

    def _placed(self, path: Path) -> Path:
        return path if self.out is None else self.out / path.name


def run(build: Path, parameters: ReportParameters) -> StageReport:
    """Write the report of the published warehouse, each of its two files all at once.

    `build` is not read: what is reported is what readers have.

    Raises:
        InputError: there is no warehouse of ours.
        MachineError: the report could not be made or written; the warehouse is untouched, and so are the
            files of a report made before.
    """
    del build
    try:
        return _write(parameters)
    except AlliageError:
        raise
    except Exception as error:
        raise MachineError(
            "Le rapport n'a pas pu être fait.",
            where=Where(file=str(parameters.page)),
            found=f"{type(error).__name__} : {error}".partition("\n")[0],
            expected="un rapport de l'entrepôt publié, qui est entier",
            next_step="relancer alliage report ; si cela se répète, transmettre ce message aux mainteneurs",
        ) from error


def _write(parameters: ReportParameters) -> StageReport:
    # Drawing takes most of a second to import, and only this stage draws.
    from transforms.reporting.contents import report_of
    from transforms.reporting.html import html
    from transforms.reporting.pdf import pdf

    report = report_of(parameters.warehouse)
    page, document = html(report), pdf(report)
    with files.machine_errors(parameters.page):
        parameters.page.parent.mkdir(parents=True, exist_ok=True)
        files.write_text(parameters.page, page, mode=modes.shared())
        files.write_bytes(parameters.document, document, mode=modes.shared())
    return StageReport(
        stage="report",
        rows_in=0,
        rows_out=0,
        counts={"sections": len(report.sections), "pictures": len(report.pictures)},
        remarks=(Remark(text=f"Rapport : {parameters.page}"),),
    )
