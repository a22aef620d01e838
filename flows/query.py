"""One query on the published warehouse, which it can neither change nor leave."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from flows.query_errors import SEE_TABLES, core, mistake
from transforms.errors import InputError
from transforms.warehouse import database
from transforms.warehouse.named_queries import named_queries
from transforms.warehouse.reading import opened

_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.MULTI}


@dataclass(frozen=True)
class Answer:
    """The rows of a query.

    Attributes:
        columns: names, in order; two may be the same.
        rows: Python values.
        more: whether rows beyond the limit were left.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    more: bool


def ask(warehouse: Path, asked: str, *, limit: int | None = None) -> Answer:
    """The answer to `asked`, SQL or the name of an example query; at most `limit` rows of it.

    Raises:
        InputError: no such query; not one statement that reads; DuckDB refuses it; no warehouse of ours.
        MachineError: the file cannot be read, or memory does not suffice.
    """
    sql = statement(asked)
    with opened(warehouse) as con:
        database.seal(con)
        with _refusals():
            _require_reading(con.extract_statements(sql))
            con.execute(sql)
            columns = tuple(column[0] for column in con.description or ())
            rows = con.fetchall() if limit is None else con.fetchmany(limit + 1)
    return Answer(columns, rows[:limit], more=limit is not None and len(rows) > limit)


def statement(asked: str) -> str:
    """The SQL that `asked` stands for: that of the example query of this name, or `asked` itself.

    Raises:
        InputError: one word in small letters that is no example query.
    """
    known = named_queries()
    if asked in known:
        return known[asked].sql
    if len(asked.split()) == 1 and asked.islower() and not asked.endswith(";"):
        near = get_close_matches(asked, known, n=3, cutoff=0.4) or list(known)[:3]
        raise InputError(
            "Aucune requête d'exemple ne porte ce nom.",
            found=asked,
            expected=f"par exemple {', '.join(near)} ; ou une requête SQL, entre guillemets",
            next_step="voir alliage query --list",
        )
    return asked


def _require_reading(statements: list[duckdb.Statement]) -> None:
    if len(statements) != 1:
        raise InputError(
            "Cette commande exécute une requête à la fois.",
            found=f"{len(statements)} instructions" if statements else "aucune instruction",
            expected="une seule instruction, par exemple SELECT count(*) FROM companies",
            next_step="les exécuter une par une" if statements else "écrire une requête entre guillemets",
        )
    kind = statements[0].type
    if kind not in _READING:
        raise _only_reads(f"une instruction {kind.name.replace('_', ' ')}")


def _only_reads(found: str) -> InputError:
    return InputError(
        "Cette commande lit l'entrepôt et ne change rien : ni tables, ni fichiers, ni réglages.",
        found=found,
        expected="une requête qui lit : SELECT, FROM, WITH, DESCRIBE, SHOW, SUMMARIZE, PIVOT ou EXPLAIN",
        next_step="pour garder un résultat : --csv ou --json, ou alliage export",
    )


@contextmanager
def _refusals() -> Iterator[None]:
    """What DuckDB refuses in a query is for whoever wrote it; what the machine refuses is not."""
    try:
        yield
    except duckdb.PermissionException as error:
        raise InputError(
            "Cette commande ne lit que l'entrepôt : ni autres fichiers, ni réseau.",
            found=_first_line(error),
            expected=f"les tables de l'entrepôt ; {SEE_TABLES}",
            next_step="ouvrir l'entrepôt avec DuckDB lui-même pour le joindre à d'autres fichiers",
        ) from error
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        unknown = InputError(
            "La requête nomme quelque chose que l'entrepôt n'a pas, ou l'emploie mal.",
            found=core(error),
            expected=SEE_TABLES,
            next_step="corriger la requête ; alliage query --list donne des exemples",
        )
        raise mistake(error, unknown) from error
    except duckdb.ParserException as error:
        unknown = InputError(
            "Cette requête n'est pas du SQL que DuckDB comprend.",
            found=core(error),
            next_step="corriger la requête ; alliage query --list donne des exemples",
        )
        raise mistake(error, unknown) from error
    except (duckdb.DataError, duckdb.InvalidInputException, duckdb.InvalidTypeException) as error:
        # EXPLAIN ANALYZE runs what it explains.
        if "read-only mode" in str(error):
            raise _only_reads("EXPLAIN ANALYZE d'une instruction qui écrit") from error
        unknown = InputError(
            "La requête n'a pas abouti.", found=_first_line(error), next_step="corriger la requête"
        )
        raise mistake(error, unknown) from error


def _first_line(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]
