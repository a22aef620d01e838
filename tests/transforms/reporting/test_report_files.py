"""The two files of a report: whole, inert, the same each time, beside their warehouse."""

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from report_warehouses import HOSTILE

from transforms.errors import InputError, MachineError
from transforms.reporting import contents, stage
from transforms.reporting.html import html
from transforms.reporting.pdf import pdf
from transforms.reporting.stage import ReportParameters

_TWICE = """
import hashlib, sys
from pathlib import Path
from transforms.reporting import contents
from transforms.reporting.html import html
from transforms.reporting.pdf import pdf
report = contents.report_of(Path(sys.argv[1]))
print(hashlib.sha256(html(report).encode()).hexdigest(), hashlib.sha256(pdf(report)).hexdigest())
"""


class _Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def pages(content: bytes, tmp_path: Path) -> str:
    """The text of a PDF, with single spaces."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    (tmp_path / "one.pdf").write_bytes(content)
    command = ["pdftotext", "-layout", "one.pdf", "-"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    return " ".join(told.stdout.decode().split())


@pytest.fixture(params=["warehouse", "hostile", "empty"])
def report(request: pytest.FixtureRequest) -> contents.Report:
    return contents.report_of(request.getfixturevalue(request.param))


def test_the_page_needs_nothing_but_itself(report: contents.Report) -> None:
    elements = _Elements(html(report)).found
    assert not {"script", "iframe", "object", "embed", "img", "form", "base"} & {tag for tag, _ in elements}
    assert not [key for _, attributes in elements for key in attributes if key.startswith("on")]
    links = [
        value
        for _, attributes in elements
        for key, value in attributes.items()
        if key in ("href", "src", "xlink:href", "action", "srcset") and value
    ]
    assert all(value.startswith(("#", "data:,")) for value in links)
    assert not re.search(r"@import|url\((?!#)", html(report))


def test_ids_of_the_page_are_unique_and_links_lead_somewhere(report: contents.Report) -> None:
    elements = _Elements(html(report)).found
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["href"] for tag, attributes in elements if tag == "a"} <= {f"#{one}" for one in ids}


def test_every_picture_has_words_and_a_table_after_it(report: contents.Report) -> None:
    page = html(report)
    assert page.count("<figure") == len(report.pictures) == page.count('role="img"')
    for section in report.sections:
        kinds = [block.kind for block in section.blocks]
        assert kinds.count("table") >= kinds.count("picture")
        assert all("table" in kinds[place:] for place, kind in enumerate(kinds) if kind == "picture")
    assert all(len(picture.description) > 10 for picture in report.pictures)


def test_hostile_names_are_told_as_they_are(hostile: Path, tmp_path: Path) -> None:
    report = contents.report_of(hostile)
    page = html(report)
    assert "&lt;script&gt;document.title" in page
    assert "{{ 7 * 7 }}" in page
    assert "\u202e" not in page
    told = pages(pdf(report), tmp_path)
    assert "<script>document.title" in told
    assert "#panic()" in told
    assert HOSTILE[1] not in told


@pytest.mark.parametrize("seed", ["1", "77"])
def test_the_same_warehouse_gives_the_same_bytes(seed: str, warehouse: Path) -> None:
    command = [sys.executable, "-c", _TWICE, str(warehouse)]
    told = [
        subprocess.run(command, env={**os.environ, **more}, capture_output=True, check=True, text=True).stdout
        for more in ({"PYTHONHASHSEED": seed, "TZ": "UTC"}, {"PYTHONHASHSEED": "5", "TZ": "Asia/Tokyo"})
    ]
    assert told[0] == told[1]


def test_the_pdf_has_the_sections_and_figures_of_the_page(warehouse: Path, tmp_path: Path) -> None:
    report = contents.report_of(warehouse)
    told = pages(pdf(report), tmp_path)
    for section in report.sections:
        assert section.title.replace("'", "’") in told.replace("'", "’")
    assert "Atelier Lumen" in told


def parameters(warehouse: Path, folder: Path, name: str = "warehouse.duckdb") -> ReportParameters:
    folder.mkdir(exist_ok=True)
    shutil.copy(warehouse, folder / name)
    return ReportParameters(warehouse=folder / name)


@pytest.mark.parametrize(
    ("name", "page", "document"),
    [
        ("warehouse.duckdb", "rapport.html", "rapport.pdf"),
        ("essai.duckdb", "essai.rapport.html", "essai.rapport.pdf"),
    ],
)
def test_the_files_lie_beside_their_warehouse(
    name: str, page: str, document: str, warehouse: Path, tmp_path: Path
) -> None:
    told = stage.run(tmp_path, parameters(warehouse, tmp_path / "clean", name))
    assert {path.name for path in (tmp_path / "clean").iterdir()} == {name, page, document}
    assert (tmp_path / "clean" / document).read_bytes().startswith(b"%PDF-")
    assert told.counts == {"sections": len(contents.PARTS), "pictures": 7}


def test_another_folder_can_be_asked_for(warehouse: Path, tmp_path: Path) -> None:
    asked = parameters(warehouse, tmp_path / "clean").model_copy(update={"out": tmp_path / "new" / "folder"})
    stage.run(tmp_path, asked)
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == [
        "rapport.html",
        "rapport.pdf",
    ]
    assert [path.name for path in (tmp_path / "clean").iterdir()] == ["warehouse.duckdb"]


def test_a_report_that_cannot_be_written_is_a_machine_error(warehouse: Path, tmp_path: Path) -> None:
    asked = parameters(warehouse, tmp_path / "clean")
    asked.page.mkdir()
    before = asked.warehouse.read_bytes()
    with pytest.raises(MachineError):
        stage.run(tmp_path, asked)
    assert asked.warehouse.read_bytes() == before
    assert {path.name for path in asked.warehouse.parent.iterdir()} == {"warehouse.duckdb", "rapport.html"}


def test_a_report_that_cannot_be_made_says_so(warehouse: Path, tmp_path: Path) -> None:
    asked = parameters(warehouse, tmp_path / "clean")
    with duckdb.connect(str(asked.warehouse)) as con:
        con.execute("ALTER TABLE board_seats DROP COLUMN quota")
    with pytest.raises(MachineError, match="n'a pas pu être fait") as refused:
        stage.run(tmp_path, asked)
    assert "quota" in (refused.value.found or "")


@pytest.mark.parametrize("content", [None, "CREATE TABLE other AS SELECT 1"], ids=["missing", "another-base"])
def test_only_a_warehouse_is_reported(content: str | None, tmp_path: Path) -> None:
    place = tmp_path / "warehouse.duckdb"
    if content:
        with duckdb.connect(str(place)) as con:
            con.execute(content)
    with pytest.raises(InputError, match="pas d'entrepôt"):
        stage.run(tmp_path, ReportParameters(warehouse=place))
