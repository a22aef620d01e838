import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from transforms.sources.contract import Contract

Rows = list[list[object]]


@pytest.fixture(scope="session")
def contract() -> Contract:
    """An invented source with one column of most kinds."""
    return Contract.model_validate(
        {
            "source": "essai",
            "title": "Réseau d'essai",
            "priority": 1,
            "folder": "essai",
            "files": "*.csv",
            "format": "csv",
            "columns": [
                {"field": "member_id", "header": "N° adhérent", "type": "code", "key": True},
                {"field": "name", "header": "Raison sociale", "synonyms": ["Société"], "type": "text"},
                {"field": "siret", "header": "SIRET", "type": "code"},
                {"field": "city", "header": "Ville", "synonyms": ["Commune"], "type": "text"},
                {"field": "email", "header": "E-mail", "synonyms": ["Courriel"], "type": "email"},
                {"field": "turnover", "header": "CA (k€)", "type": "amount", "unit": "k€"},
                {"field": "joined_on", "header": "Date d'adhésion", "type": "date", "format": "%d/%m/%Y"},
            ],
        }
    )  # fmt: skip


@pytest.fixture(scope="session")
def excel_contract(contract: Contract) -> Contract:
    return contract.model_copy(update={"format": "excel", "files": ("*.xlsx",)})


@pytest.fixture(scope="session")
def workbook() -> Callable[..., bytes]:
    """Bytes of an xlsx with the given sheets."""

    def write(**sheets: Rows) -> bytes:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    return write


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder
