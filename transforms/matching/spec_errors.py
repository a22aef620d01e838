"""What is wrong with a matching spec, told in French: the key as people find it, and what may stand there."""

from collections.abc import Sequence
from typing import Any

import yaml
from pydantic import ValidationError

_SHOWN = 60
# What PyYAML says in English, by the words that tell one fault from another.
_YAML = {
    "expected ',' or": "une parenthèse « [ » ou « { » qui n'est pas refermée, ou une virgule oubliée",
    "found character '\\t'": "une tabulation : YAML veut des espaces",
    "found unexpected end of stream": "un guillemet qui n'est jamais refermé",
    "mapping values are not allowed": "un « : » de trop, ou un retrait qui n'est pas celui des clés voisines",
    "could not find expected ':'": "une ligne sans « : » parmi des clés",
    "expected <block end>": "un retrait qui n'est pas celui des lignes voisines",
    "expected '<document start>'": "un retrait qui n'est pas celui des lignes voisines",
    "expected the node content": "une valeur qui manque, ou un « } » ou un « ] » de trop",
    "found duplicate": "un nom donné deux fois",
    "special characters are not allowed": "un signe invisible que YAML n'admet pas",
}


def problems(error: ValidationError, content: Any) -> list[str]:
    """Each error of pydantic on `content` as « clé : ce qui peut y être »."""
    return [_told(problem, content) for problem in _innermost(error)]


def yaml_problem(error: yaml.YAMLError) -> tuple[int | None, str]:
    """The line (from 1) of what is no YAML, and what is wrong there.

    The line itself is not repeated: what is given for a spec may be a list of persons.
    """
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    meaning = next((said for words, said in _YAML.items() if words in problem), "un signe inattendu")
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return None, meaning
    return mark.line + 1, f"{meaning} (signe n° {mark.column + 1} de la ligne)"


def _innermost(error: ValidationError) -> list[Any]:
    """The errors of pydantic, without those of lists that are too short because of errors within them."""
    found = error.errors()
    within = {problem["loc"][:depth] for problem in found for depth in range(len(problem["loc"]))}
    return [problem for problem in found if problem["loc"] not in within]


def _told(problem: Any, content: Any) -> str:
    context = problem.get("ctx", {})
    said = {
        "extra_forbidden": "clé inconnue",
        "missing": "clé obligatoire absente",
        "literal_error": f"valeur possible : {context.get('expected', '')}".replace(" or ", " ou "),
        "union_tag_invalid": f"kind possible : {context.get('expected_tags', '')}",
        "union_tag_not_found": "kind manque",
        "value_error": str(context.get("error", problem["msg"])),
        "greater_than": f"un nombre supérieur à {context.get('gt')}",
        "greater_than_equal": f"un nombre d'au moins {context.get('ge')}",
        "less_than": f"un nombre inférieur à {context.get('lt')}",
        "less_than_equal": f"un nombre d'au plus {context.get('le')}",
        "finite_number": "un nombre fini",
        "string_pattern_mismatch": "un nom en minuscules sans accent, chiffres et _ : nom_2",
        "too_short": f"au moins {context.get('min_length')} élément(s)",
        "too_long": f"au plus {context.get('max_length')} élément(s)",
        "string_type": "un texte",
        **dict.fromkeys(("bool_type", "bool_parsing"), "true ou false"),
        **dict.fromkeys(("float_type", "float_parsing"), "un nombre"),
        **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "un nombre entier"),
        **dict.fromkeys(("tuple_type", "list_type"), "une liste"),
        **dict.fromkeys(("model_type", "dict_type", "model_attributes_type"), "des clés et leurs valeurs"),
    }.get(problem["type"], problem["msg"])
    return f"{_place(problem['loc'], content)} : {said} (trouvé : {_short(problem.get('input'))})"


def _place(loc: Sequence[int | str], content: Any) -> str:
    """The keys that lead to a problem; elements of lists by their names, or else counted from 1.

    What pydantic adds to them, such as the kind of a comparison, stands in no key and is left out.
    """
    at, said = content, ""
    for part in loc:
        if isinstance(part, int):
            at = at[part] if isinstance(at, list) and part < len(at) else None
            said += f" {_label(at) or f'n° {part + 1}'}"
        elif isinstance(at, dict) and part not in at and part == at.get("kind"):
            continue
        else:
            at = at.get(part) if isinstance(at, dict) else None
            said += f".{part}" if said else part
    return said or "(racine)"


def _label(element: Any) -> str | None:
    """A comparison by its signal, a blocking rule by its name."""
    named = (element.get(key) for key in ("signal", "name")) if isinstance(element, dict) else ()
    return next((f"« {name} »" for name in named if isinstance(name, str)), None)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}…"
