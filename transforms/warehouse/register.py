"""The register of company ids: files in the state folder that outlive every warehouse.

They are read here; publication puts the next ones in place, together with the warehouse that they belong to.
"""

import csv
import re
from pathlib import Path

import pandas as pd

from transforms.errors import InputError, Where
from transforms.spreadsheet import GUARDED
from transforms.warehouse.tables import literal

REGISTER_FILE = "company_ids.csv"
ALIASES_FILE = "company_aliases.csv"
KEY_FILE = "fingerprint_key.csv"
TRAITS = ("siren", "name", "address", "phone", "domain")
_MAY_BE_EMPTY = ("origin_member_id", "origin_run", *TRAITS)
REGISTER_COLUMNS = ["source", "member_id", "company_id", "first_run", "last_run", *_MAY_BE_EMPTY]
ALIAS_COLUMNS = ["retired_id", "company_id", "run_id", "reason"]
KEY_COLUMNS = ["fingerprint_key"]

# Crockford's base 32: no I, L, O or U, which are misread or misspelt when an id is dictated.
ID_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_COMPANY_ID = re.compile(f"E-[{ID_ALPHABET}]{{10}}")
_NUMBERS = ("member_id", "origin_member_id")
_RESTORE = "remettre ce fichier dans l'état de sa dernière sauvegarde, sans le modifier à la main"


def inert_columns() -> str:
    """The register's columns in SQL as its file holds them: no number is a formula to a spreadsheet."""
    begins = literal(GUARDED)
    return ", ".join(
        rf"regexp_replace({column}, {begins}, '''\0') AS {column}" if column in _NUMBERS else column
        for column in REGISTER_COLUMNS
    )


def read_register(state: Path) -> pd.DataFrame:
    """The records known so far, each with its company: columns of `golden.register`.

    One row for each time that a member bore a number, with the runs that saw it first and last: a number that
    was given to another member has a row for each of the two, and a member that was given another number one
    for each number. Where it is not the first row of its member, origin_member_id and origin_run tell that
    one. A missing file is an empty register: nothing was ever published.

    Raises:
        InputError: the file is damaged; the message names the line.
    """
    register = _read(
        state / REGISTER_FILE, REGISTER_COLUMNS, key=["source", "member_id", "first_run"], ids=["company_id"]
    )
    return register.assign(**{column: register[column].str.removeprefix("'") for column in _NUMBERS})


def read_aliases(state: Path) -> pd.DataFrame:
    """The retired ids, each with the id to use instead, chains already followed to their end.

    Columns as in `company_aliases`. A missing file means that no id was ever retired.

    Raises:
        InputError: the file is damaged, or an id leads back to itself; the message names the line.
    """
    path = state / ALIASES_FILE
    aliases = _read(path, ALIAS_COLUMNS, key=["retired_id"], ids=["retired_id", "company_id"])
    successor = dict(zip(aliases["retired_id"], aliases["company_id"], strict=True))
    ends = [_end_of(retired, successor) for retired in successor]
    if None in ends:
        retired = aliases["retired_id"].iloc[ends.index(None)]
        raise _damaged(
            path, ends.index(None) + 2, f"{retired}, qui renvoie à lui-même", "un autre identifiant"
        )
    return aliases.assign(company_id=pd.Series(ends, index=aliases.index, dtype="str"))


def read_fingerprint_key(state: Path) -> str | None:
    """The secret that the fingerprints of this register are made with; None if there is none.

    Raises:
        InputError: the file is damaged.
    """
    keys = _read(state / KEY_FILE, KEY_COLUMNS, key=KEY_COLUMNS, ids=[])["fingerprint_key"]
    return str(keys.iloc[0]) if len(keys) else None


def first_rows(register: pd.DataFrame) -> "pd.Series[int]":
    """For each row of the register the position of its member's first row, which stands for the member.

    Args:
        register: as `read_register` gives it.

    Returns:
        Positions, index as the register. A first row that the register lacks is the row itself.
    """
    found = pd.Series(range(len(register)), index=register.index)
    moved = register["origin_member_id"].notna().to_numpy()
    if moved.any():
        rows = register[["source", "member_id", "first_run"]].assign(at=found)
        origin = ["source", "origin_member_id", "origin_run"]
        firsts = register.loc[moved, origin].merge(
            rows, left_on=origin, right_on=["source", "member_id", "first_run"], how="left"
        )
        found[moved] = firsts["at"].fillna(found[moved].reset_index(drop=True)).astype(int).to_numpy()
    return found


def _read(path: Path, columns: list[str], *, key: list[str], ids: list[str]) -> pd.DataFrame:
    if not path.exists():
        return pd.DataFrame({column: pd.Series(dtype="str") for column in columns})
    numbered = _numbered_rows(path, columns)
    lines = [line for line, _ in numbered]
    frame = pd.DataFrame([row for _, row in numbered], columns=columns, dtype="str").replace("", None)
    for column in ids:
        wrong = ~frame[column].str.fullmatch(_COMPANY_ID).to_numpy(dtype=bool)
        if wrong.any():
            at = int(wrong.argmax())
            raise _damaged(
                path, lines[at], f"« {frame[column].iloc[at]} »", "un identifiant tel que E-7K3MQ9XT2B"
            )
    repeated = frame.duplicated(key).to_numpy()
    if repeated.any():
        at = int(repeated.argmax())
        raise _damaged(path, lines[at], " ".join(frame[key].iloc[at]), "une seule ligne pour cette clé")
    return frame


def _numbered_rows(path: Path, columns: list[str]) -> list[tuple[int, list[str]]]:
    """The rows below the header, each with the line it ends on."""
    rows: list[tuple[int, list[str]]] = []
    line = 0
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            for row in reader:
                line = reader.line_num
                rows.append((line, row))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _damaged(path, line + 1, "un texte illisible", "un fichier CSV en UTF-8") from error
    if not rows or rows[0][1] != columns:
        found = ",".join(rows[0][1]) if rows else "un fichier vide"
        raise _damaged(path, 1, found, ",".join(columns))
    for line, row in rows[1:]:
        required = [value for name, value in zip(columns, row, strict=False) if name not in _MAY_BE_EMPTY]
        if len(row) != len(columns) or not all(required):
            raise _damaged(path, line, f"{sum(map(bool, row))} valeurs", f"{len(columns)} valeurs")
    return rows[1:]


def _end_of(retired: str, successor: dict[str, str]) -> str | None:
    """The id at the end of the chain; None if the chain leads back to itself."""
    seen = {retired}
    current = successor[retired]
    while current in successor:
        if current in seen:
            return None
        seen.add(current)
        current = successor[current]
    return None if current in seen else current


def _damaged(path: Path, line: int, found: str, expected: str) -> InputError:
    return InputError(
        "Le registre des identifiants d'entreprises est abîmé.",
        where=Where(file=path.name, line=line),
        found=found,
        expected=expected,
        next_step=_RESTORE,
    )
