"""What DuckDB refuses in a query, told in French: the kind of mistake, the nearest names, what to do."""

import re
from dataclasses import dataclass

import duckdb

from transforms.errors import InputError

SEE_TABLES = "SHOW TABLES montre les tables, DESCRIBE companies les colonnes de l'une d'elles"
_EXAMPLES = "corriger la requête ; alliage query --list donne des exemples"
_NEAR = re.compile(r"Candidate bindings: :? ?(?P<some>.+?)(?: LINE |$)|Did you mean (?P<one>\S+?)\?")
_QUOTED = re.compile(r'"([^"]+)"')


@dataclass(frozen=True)
class _Kind:
    """A kind of mistake.

    Attributes:
        pattern: what DuckDB says of it, on one line; `{name}` of the texts below is its group of that name.
        what: the problem.
        found: the place of it.
        expected: what would be right; the nearest names stand before it.
        next_step: what to do.
    """

    pattern: re.Pattern[str]
    what: str
    found: str
    expected: str | None
    next_step: str = _EXAMPLES


_KINDS = tuple(
    _Kind(re.compile(pattern), *told)
    for pattern, *told in (
        (
            r"Table with name \"?(?P<name>.+?)\"? does not exist",
            "La requête nomme une table que l'entrepôt n'a pas.",
            "table « {name} »",
            "SHOW TABLES montre les tables",
        ),
        (
            r"(?:Referenced column \"(?P<name>.+?)\" (?:was )?not found"
            r"|does not have a column named \"(?P<other>.+?)\")",
            "La requête nomme une colonne que l'entrepôt n'a pas dans les tables citées.",
            "colonne « {name} »",
            "DESCRIBE suivi d'une table montre ses colonnes",
            "corriger le nom ; un texte, lui, s'écrit entre apostrophes simples : 'Lyon'",
        ),
        (
            r"Function with name (?P<name>.+?) does not exist",
            "La requête emploie une fonction que DuckDB n'a pas.",
            "fonction « {name} »",
            None,
        ),
        (
            r"Ambiguous reference to column name \"(?P<name>.+?)\" \(use: '(?P<a>.+?)' or '(?P<b>.+?)'\)",
            "Plusieurs des tables citées ont cette colonne.",
            "colonne « {name} »",
            "le nom de la table devant : {a} ou {b}",
            "écrire la table devant la colonne",
        ),
        (
            r"column \"(?P<name>.+?)\" must appear in the GROUP BY",
            "La requête regroupe des lignes, et cette colonne n'est ni regroupée ni résumée.",
            "colonne « {name} »",
            "la colonne dans GROUP BY, ou any_value({name}), max({name}), sum({name})…",
            "ajouter la colonne à GROUP BY (ou écrire GROUP BY ALL), ou la résumer",
        ),
        (
            r"(?:No function matches the given name and argument types '(?P<name>.+?)'"
            r"|Macro (?P<other>.+?) does not support the supplied arguments)",
            "Cette fonction ne s'emploie pas avec de telles valeurs.",
            "{name}",
            "des valeurs du bon type, en bon nombre",
            "corriger l'appel ; DESCRIBE montre le type des colonnes",
        ),
        (
            r"syntax error at or near \"(?P<name>.+?)\"",
            "Cette requête n'est pas du SQL que DuckDB comprend.",
            "erreur d'écriture près de « {name} »",
            "mots du SQL bien écrits et dans leur ordre : SELECT … FROM … WHERE … GROUP BY … ORDER BY …",
        ),
        (
            r"syntax error at end of input",
            "Cette requête n'est pas du SQL que DuckDB comprend : il en manque la fin.",
            "fin de la requête",
            None,
        ),
        (
            r"unterminated quoted identifier|unterminated string literal|unterminated quoted string",
            "Cette requête n'est pas du SQL que DuckDB comprend : une apostrophe ou un guillemet n'est pas "
            "fermé.",
            "texte ouvert et non fermé",
            "une apostrophe double pour une apostrophe dans un texte : 'L''Abeille'",
        ),
        (
            r"Could not convert string '(?P<name>.*?)' to (?P<a>\w+)",
            "La requête n'a pas abouti : une valeur n'est pas du type demandé.",
            "« {name} », à lire comme {a}",
            None,
            "corriger la requête ; try_cast laisse vide ce qui ne se convertit pas",
        ),
    )
)


def mistake(error: duckdb.Error, otherwise: InputError) -> InputError:
    """What is wrong with the query (French), DuckDB's own words behind it; `otherwise` if that is unknown."""
    said = " ".join(str(error).split())
    for kind in _KINDS:
        if match := kind.pattern.search(said):
            names = {key: value or "" for key, value in match.groupdict().items()}
            names["name"] = names.get("name") or names.get("other", "")
            near = _nearest(said)
            expected = [f"peut-être {near}"] if near else []
            expected += [kind.expected.format(**names)] if kind.expected else []
            return InputError(
                kind.what,
                found=f"{kind.found.format(**names)} (DuckDB : {core(error)})",
                expected=" ; ".join(expected) or None,
                next_step=kind.next_step,
            )
    return otherwise


def core(error: duckdb.Error) -> str:
    """What DuckDB says and proposes, without the picture of the place in the query."""
    return " ".join(str(error).partition("\n\nLINE ")[0].split())


def _nearest(said: str) -> str:
    """The names that DuckDB proposes."""
    match = _NEAR.search(said)
    if match is None:
        return ""
    if one := match["one"]:
        return one.strip('"')
    return ", ".join(_QUOTED.findall(match["some"]))
