"""What `alliage match` writes: never over what it reads, and Parquet or CSV as the name says."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.errors import InputError, Where
from transforms.matching.spec import MatchingSpec, spec_text, write_spec
from transforms.spreadsheet import guarded
from transforms.warehouse.files import machine_errors

# Rows written at once: bounds the memory.
_AT_ONCE = 100_000
_PARQUET, _CSV = {".parquet", ".pq"}, {".csv"}
_DECIMALS = 4
_LEAST = 10.0**-_DECIMALS


def refuse_overwriting(read: Sequence[Path], written: dict[str, Path]) -> None:
    """Refuse outputs that are an input or each other, are folders, or whose ending no format has.

    Args:
        read: the files that are read.
        written: the files that will be written, by option.

    Raises:
        InputError: naming the option.
    """
    taken = {path.resolve(): "un fichier donné à lire" for path in read}
    for option, path in written.items():
        if (other := taken.get(path.resolve())) is not None:
            raise _unfit(option, path, f"le même fichier que {other}", "un fichier à part, nouveau")
        if path.is_dir():
            raise _unfit(option, path, "un dossier", "le nom d'un fichier dans ce dossier")
        if path.suffix.lower() not in _PARQUET | _CSV:
            raise _unfit(option, path, f"la terminaison « {path.suffix} »", ".parquet ou .csv")
        taken[path.resolve()] = f"celui de {option}"


def _unfit(option: str, path: Path, found: str, expected: str) -> InputError:
    return InputError(
        "Le résultat ne peut pas être écrit là : rien n'a été lu ni écrit.",
        where=Where(file=str(path)),
        found=f"{option} : {found}",
        expected=expected,
        next_step=f"donner un autre nom à {option}",
    )


def for_people(path: Path) -> bool:
    """Whether people read the output at `path`: a CSV is opened by a person, Parquet by a program."""
    return path.suffix.lower() in _CSV


def parts(rows: int) -> Iterator[slice]:
    """Rows as they are written, so many at once; where there are none, none at once."""
    for start in range(0, max(1, rows), _AT_ONCE):
        yield slice(start, min(rows, start + _AT_ONCE))


def write_table(frames: Iterable[pd.DataFrame], path: Path) -> None:
    """Write a table, all or nothing: CSV for spreadsheets in French if the name ends so, else Parquet.

    Args:
        frames: the table, part by part, one at least; it never stands in memory as a whole.
        path: where to.

    Raises:
        MachineError: the system refuses.
    """
    draft = path.with_name(f".{path.name}.tmp")
    with machine_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write = _write_csv if for_people(path) else _write_parquet
            write(frames, draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def _write_csv(frames: Iterable[pd.DataFrame], draft: Path) -> None:
    with draft.open("w", encoding="utf-8-sig", newline="") as file:
        for at, frame in enumerate(frames):
            _inert(_readable(frame)).to_csv(
                file, sep=";", decimal=",", index=False, header=at == 0, lineterminator="\r\n"
            )


def _readable(frame: pd.DataFrame) -> pd.DataFrame:
    """Probabilities with so many decimals as people read; none is written as certain or as impossible."""
    if "probability" not in frame:
        return frame
    rounded = frame["probability"].clip(_LEAST, 1 - _LEAST).round(_DECIMALS)
    return frame.assign(probability=rounded)


def _write_parquet(frames: Iterable[pd.DataFrame], draft: Path) -> None:
    tables = (pa.Table.from_pandas(_spelt_out(frame), preserve_index=False) for frame in frames)
    first = next(tables)
    with pq.ParquetWriter(draft, first.schema) as writer:
        for table in chain([first], tables):
            writer.write_table(table)


def _spelt_out(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts as texts, also where a part has none."""
    texts = frame.select_dtypes(include=["object", "str", "category"]).columns
    return frame.astype(dict.fromkeys(texts, "str"))


def _inert(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts that a spreadsheet would compute behind an apostrophe, which keeps them texts."""
    inert = _spelt_out(frame)
    for name in inert.select_dtypes(["str"]):
        inert[name] = inert[name].map(guarded, na_action="ignore")
    return inert


def write_proposed(spec: MatchingSpec, out: Path) -> tuple[Path, tuple[str, ...]]:
    """Write a proposed spec beside `out`, never over one that says something else: people edit them.

    Returns:
        Where it is, and in French what is worth knowing of that.

    Raises:
        MachineError: the system refuses.
    """
    wanted, text = out.with_suffix(".spec.yml"), spec_text(spec)
    with machine_errors(wanted):
        path, more = wanted, 1
        while path.exists() and not (path.is_file() and path.read_bytes() == text.encode()):
            more += 1
            path = out.with_suffix(f".spec-{more}.yml")
    if not path.exists():
        write_spec(spec, path)
    kept = f"{wanted.name} est là et dit autre chose : gardé tel quel, la proposition est dans {path.name}."
    return path, (kept,) if path != wanted else ()
