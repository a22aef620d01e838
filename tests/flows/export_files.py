"""A strategy for whole exports with all that goes wrong: cells, rows, columns, encodings, formats."""

import csv
import io
from dataclasses import dataclass
from random import Random

import odd_files
from bad_exports import CLUSTR, FIELDS
from hypothesis import strategies as st

from transforms.sources.contract import Contract

KEY, NAME = FIELDS.index("member_id"), FIELDS.index("name")
# As workbooks come from any source, so does this one.
WORKBOOK = CLUSTR.model_copy(update={"format": "excel", "files": ("*.xlsx",)})
_TROUBLES = [
    "",
    "NC",
    "?",
    "-",
    "=1+1",
    "+3",
    "@x",
    "Soci\ufffdt\ufffd",
    "TÃ©lÃ©com",
    "x" * 600,
    "\u200b",
    "«»;\"'",
]
_CELLS: dict[str, list[str]] = {
    "name": [
        "Atelier Bleu SARL",
        "SAS Forge & Fils",
        "L'Œuvre",
        "É. Dupré Conseil",
        "12",
        "Total Bois",
        "Zèbre",
    ],
    "trade_name": ["Le Petit Bleu", "Forge", "idem"],
    "siret": ["10000000900017", "100 000 009 00017", "1,00000E+13", "100000009", "123"],
    "address": ["3 rue des Essais", "12 bis av. Saint-Jean, Bât. C", "BP 42", "1 r. Basse\n2e étage"],
    "postcode": ["69001", "1000", "69 003", "F-42000", "2A004"],
    "city": ["LYON", "St-Étienne CEDEX 1", "Bourg en Bresse", "lyon 3eme"],
    "phone": ["01 99 00 12 34", "+33 1 99 00 12 34", "199001234", "01 99 00 12 34 / 01 99 00 12 35"],
    "email": ["contact@exemple.fr", "A@EXEMPLE.FR;b@exemple.fr", "personne", "a@exemple"],
    "website": ["www.exemple.fr", "https://exemple.fr/", "exemple", "a@exemple.fr"],
    "naf_code": ["62.01Z", "6201Z", "6201 z", "0000"],
    "headcount": ["12", "10-19", "env. 15", "janv-19", "-3", "2,5 ETP"],
    "turnover": ["183", "1 830,5", "0,4 M€", "-12", "entre 1 et 2 M€", "1e3"],
    "joined_on": ["03/04/2014", "2014", "mars 2014", "31/02/2014", "01/01/1900", "31/12/2099", "12/03/09"],
    "fee": ["900,00", "1 800,00 €", "gratuit", "-5", "450"],
    "contact_person": ["Zoé Exemple", "M. Essai"],
    "college": ["Entreprise", "Startup"],
}


@dataclass(frozen=True)
class Export:
    """Rows in the order of the contract's columns, and how they are written down."""

    rows: list[list[str]]
    columns: list[int]
    delimiter: str
    encoding: str
    workbook: bool

    @property
    def contract(self) -> Contract:
        return WORKBOOK if self.workbook else CLUSTR

    @property
    def file(self) -> str:
        return "essai.xlsx" if self.workbook else "essai.csv"

    def data(self) -> bytes:
        """The bytes of the file."""
        header = [column.header for column in CLUSTR.columns]
        lines = [[row[place] for place in self.columns] for row in [header, *self.rows]]
        if self.workbook:
            return odd_files.workbook([list(line) for line in lines])
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self.delimiter, lineterminator="\r\n").writerows(lines)
        return text.getvalue().encode(self.encoding, errors="replace")

    def shuffled(self, seed: int) -> "Export":
        """The same export with its rows and its columns in another order."""
        dice = Random(seed)
        rows, columns = dice.sample(self.rows, len(self.rows)), dice.sample(self.columns, len(self.columns))
        return Export(rows, columns, self.delimiter, self.encoding, self.workbook)


def _cell(field: str) -> st.SearchStrategy[str]:
    usual = st.sampled_from(_CELLS[field])
    return st.one_of(usual, usual, usual, st.sampled_from(_TROUBLES))


_MEMBERS = st.tuples(
    st.one_of(*[st.integers(1, 12).map(lambda number: f"CR-{number:04}")] * 9, st.just("")),
    *(_cell(field) for field in FIELDS[1:]),
).map(list)
_NO_MEMBERS = st.sampled_from(
    [
        [""] * len(FIELDS),
        [column.header for column in CLUSTR.columns],
        ["TOTAL", "12 adhérents", *[""] * (len(FIELDS) - 2)],
        ["----", *[""] * (len(FIELDS) - 1)],
    ]
)


@st.composite
def exports(draw: st.DrawFn, *, noise: bool = True) -> Export:
    """An export of up to a dozen rows; the identifier and the name stay, other columns may be gone."""
    rows = draw(st.lists(_MEMBERS, min_size=1, max_size=9))
    for line in draw(st.lists(_NO_MEMBERS, max_size=3)) if noise else []:
        rows.insert(draw(st.integers(0, len(rows))), line)
    optional = draw(
        st.sets(st.sampled_from([place for place in range(len(FIELDS)) if place not in (KEY, NAME)]))
    )
    columns = draw(st.permutations([KEY, NAME, *sorted(optional)]))
    return Export(
        rows,
        columns,
        draw(st.sampled_from(";,\t|")),
        draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])),
        draw(st.booleans()),
    )
