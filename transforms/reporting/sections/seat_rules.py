"""The same seats by every method and weighting, by founder and by college."""

from collections.abc import Mapping

import duckdb

from transforms import reference
from transforms.reporting import cells, places
from transforms.reporting.document import Block, Table, bounded, name, number_columns, text_column
from transforms.reporting.drawing import points
from transforms.reporting.reading import Row, rows
from transforms.wording import number, plural

_FOUNDERS = "SELECT * FROM board_seats_by_founder ORDER BY rule, founder"
_COLLEGES = "SELECT * FROM board_seats_by_college ORDER BY seats DESC NULLS LAST, college"

METHODS: Mapping[str, str] = reference.load("run_settings")["words"]["board.method"]
WEIGHTINGS = {
    "jobs": "emplois seuls",
    "members": "membres seuls",
    "fees": "cotisations seules",
    "equal": "les trois à égalité",
    "run": "poids de l'exécution",
}
_RULES = {
    "apart": "Les membres des deux réseaux à part",
    "shared": "Les membres des deux comptés pour moitié",
    "by_territory": "De même, dans chaque territoire",
    "parity": "Autant pour chaque fondateur",
}
_MOST_COLLEGES = 12


def scenario_blocks(seated: list[Row], scenarios: list[Row]) -> list[Block]:
    """How many seats each territory would have by every method and weighting."""
    given = {
        (row["method"], row["weighting"], row["territory"]): row["seats"]
        for row in scenarios
        if row["seats"] is not None
    }
    run = next((row for row in scenarios if row["is_run"]), None)
    named = [row for row in seated if any(key[2] == row["territory"] for key in given)]
    if not named or run is None:
        return []
    ranges = [
        points.Range(
            places.short(row),
            row["seats"],
            tuple(seats for key, seats in given.items() if key[2] == row["territory"]),
        )
        for row in named
    ]
    return [
        points.scenarios(
            "scenarios",
            "Les sièges selon chaque méthode et chaque pondération ; anneau : la répartition de "
            "l'exécution, disque : plus il est grand, plus de scénarios donnent ce nombre",
            "Étendues : "
            + " ; ".join(f"{one.name} de {min(one.scenarios)} à {max(one.scenarios)}" for one in ranges),
            ranges,
        ),
        _scenario_table(named, given, run["method"]),
    ]


def _scenario_table(named: list[Row], given: Mapping[tuple[str, str, str], int], method: str) -> Table:
    weightings = [one for one in WEIGHTINGS if any(key[:2] == (method, one) for key in given)]
    methods = [one for one in METHODS if one != method]
    choices = [(method, one) for one in weightings if one != "run"] + [(one, "run") for one in methods]

    def seats(choice: tuple[str, str], territory: str) -> str:
        return cells.count(given.get((*choice, territory)))

    def bounds(territory: str) -> str:
        found = [count for key, count in given.items() if key[2] == territory]
        return number(min(found)) if min(found) == max(found) else f"{min(found)} à {max(found)}"

    return Table(
        title="Scénarios",
        columns=(
            text_column("Territoire"),
            *number_columns("Exécution"),
            *number_columns(*(WEIGHTINGS[one] for one in weightings if one != "run")),
            *number_columns(*(METHODS[one] for one in methods)),
            *number_columns("Tous les scénarios"),
        ),
        rows=tuple(
            (
                places.short(row),
                number(row["seats"]),
                *(seats(choice, row["territory"]) for choice in choices),
                bounds(row["territory"]),
            )
            for row in named
        ),
        total=(
            "Ensemble",
            number(sum(row["seats"] for row in named)),
            *(
                number(sum(count for key, count in given.items() if key[:2] == choice))
                if any(key[:2] == choice for key in given)
                else cells.NONE
                for choice in choices
            ),
            "",
        ),
        notes=(
            f"Pondérations : par la méthode de l'exécution ({METHODS[method]}). Méthodes : avec les "
            "poids de l'exécution. "
            f"La dernière colonne couvre {plural(len({key[:2] for key in given}), 'scénario', 'scénarios')}.",
        ),
    )


def founders(con: duckdb.DuckDBPyConnection) -> list[Table]:
    """What each founder would have, by every rule."""
    found = rows(con, _FOUNDERS)
    if not any(row["seats"] is not None for row in found):
        return []
    titles = {row["source"]: name(row["title"]) for row in rows(con, "SELECT source, title FROM sources")}
    names = {row["founder"] for row in found}
    ordered = sorted(names, key=lambda founder: ("+" in founder, founder == "aucun", founder))
    given = {(row["rule"], row["founder"]): row for row in found}
    heads = [_founder_name(founder, titles) for founder in ordered]

    def cell(rule: str, founder: str) -> str:
        row = given.get((rule, founder))
        return cells.count(row["seats"] if row else None)

    return [
        Table(
            title="Ce que l'équité entre fondateurs donnerait",
            columns=(text_column("Règle"), *number_columns(*heads)),
            rows=tuple(
                (label, *(cell(rule, founder) for founder in ordered))
                for rule, label in _RULES.items()
                if any(key[0] == rule for key in given)
            ),
            notes=("Sans minimum par territoire.",),
        )
    ]


def _founder_name(founder: str, titles: Mapping[str, str]) -> str:
    if founder == "aucun":
        return "Ni l'un ni l'autre"
    parts = [titles.get(part, part) for part in founder.split("+")]
    return "Les deux" if len(parts) == 2 else " + ".join(parts)


def colleges(con: duckdb.DuckDBPyConnection) -> list[Table]:
    """What each college would have."""
    found = rows(con, _COLLEGES)
    if not any(row["seats"] is not None for row in found):
        return []
    lines, more = bounded(map(_college_row, found), _MOST_COLLEGES)
    return [
        Table(
            title="Ce que chaque collège aurait des mêmes sièges",
            columns=(
                text_column("Collège"),
                *number_columns("Sièges", "Quota", "Membres"),
            ),
            rows=lines,
            notes=("L'exécution ne réserve aucun siège à un collège.", *more),
        )
    ]


def _college_row(row: Row) -> tuple[str, ...]:
    return (
        name(row["college"]),
        cells.count(row["seats"]),
        cells.digits(row["quota"], 2),
        number(row["members"]),
    )
