"""The matching spec as people write it: what is read, what is refused and how that is said."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from transforms.errors import InputError
from transforms.matching.members import SPEC, members_spec
from transforms.matching.spec import MatchingSpec, read_spec, write_spec

NAME: dict[str, Any] = {"signal": "name", "kind": "text", "columns": ["name"]}
TOWN: dict[str, Any] = {"signal": "town", "kind": "text", "columns": ["town"]}
WEIGHTS = {"same": 6.0, "different": -4.0}
RULES: dict[str, Any] = {"rules": [{"name": "name", "keys": ["name"]}]}
PLAIN: dict[str, Any] = {"blocking": RULES, "comparisons": [NAME]}


def refusal(folder: Path, content: Any) -> InputError:
    path = folder / "spec.yml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_spec(path)
    assert caught.value.where is not None
    assert caught.value.where.file == str(path)
    assert caught.value.what
    assert caught.value.expected
    assert caught.value.next_step
    return caught.value


def told(error: InputError) -> list[str]:
    return (error.found or "").splitlines()


WRONG: dict[str, tuple[dict[str, Any], str, tuple[str, ...]]] = {
    "unknown key": ({"blockings": 1}, "blockings", ("clé inconnue",)),
    "no blocking": ({"blocking": None}, "blocking", ("des clés et leurs valeurs",)),
    "no rule": ({"blocking": {"rules": []}}, "blocking.rules", ("au moins 1 élément",)),
    "a cap that holds no pair": (
        {"blocking": RULES | {"cap": 1}},
        "blocking.cap",
        ("un nombre d'au moins 2", "trouvé : 1"),
    ),
    "half a cap": ({"blocking": RULES | {"cap": 2.5}}, "blocking.cap", ("un nombre entier",)),
    "a threshold of one": ({"thresholds": {"match_from": 1.0}}, "thresholds.match_from", ("inférieur à 1",)),
    "a threshold in words": ({"thresholds": {"match_from": "haut"}}, "thresholds.match_from", ("un nombre",)),
    "a floor of zero": (
        {"comparisons": [NAME | {"alike": {"near": 0.0}}]},
        "comparisons « name ».alike.near",
        ("supérieur à 0",),
    ),
    "a signal in capitals": (
        {"comparisons": [NAME | {"signal": "Nom du membre"}]},
        "comparisons « Nom du membre ».signal",
        ("un nom en minuscules",),
    ),
    "a word for a list": ({"identifiers": "siren"}, "identifiers", ("une liste",)),
    "a number for a name": ({"id": 7}, "id", ("un texte", "trouvé : 7")),
    "yes or no": (
        {"blocking": {"rules": [{"name": "name", "keys": ["name"], "if_alike": "parfois"}]}},
        "blocking.rules « name ».if_alike",
        ("true ou false",),
    ),
    "unknown kind": (
        {"comparisons": [NAME | {"kind": "texte"}]},
        "comparisons « name »",
        ("kind possible", "'text'", "'words'", "'number'", "trouvé"),
    ),
    "no kind": (
        {"comparisons": [{"signal": "name", "columns": ["name"]}]},
        "comparisons « name »",
        ("kind manque",),
    ),
    "unknown level": (
        {"prior": -1.0, "comparisons": [NAME | {"weights": WEIGHTS | {"sibling": -2.0}}]},
        "comparisons « name »",
        ("weights", "en trop ou manquants : sibling", "niveaux attendus : different, same"),
    ),
    "a level is missing": (
        {"prior": -1.0, "comparisons": [NAME | {"weights": {"same": 1.0}}]},
        "comparisons « name »",
        ("en trop ou manquants : different",),
    ),
    "a weight for what is missing": (
        {"prior": -1.0, "comparisons": [NAME | {"weights": WEIGHTS | {"missing": -1.0}}]},
        "comparisons « name »",
        ("en trop ou manquants : missing",),
    ),
    "weights for some only": (
        {"prior": -1.0, "comparisons": [NAME | {"weights": WEIGHTS}, TOWN]},
        "(racine)",
        ("prior et weights", "pour toutes les comparaisons, ou pour aucune"),
    ),
    "a prior without weights": ({"prior": -1.0}, "(racine)", ("prior et weights",)),
    "weights without a prior": (
        {"comparisons": [NAME | {"weights": WEIGHTS}]},
        "(racine)",
        ("prior et weights",),
    ),
    "twice the same signal": (
        {"comparisons": [NAME, TOWN | {"signal": "name"}]},
        "(racine)",
        ("signal donné deux fois : name",),
    ),
    "a level named like another": (
        {"comparisons": [NAME | {"alike": {"many": 0.5}, "shared_from": {"many": 3}}]},
        "comparisons « name »",
        ("niveau donné deux fois", "many"),
    ),
    "a level named like one that is always there": (
        {"comparisons": [NAME | {"alike": {"same": 0.5}}]},
        "comparisons « name »",
        ("nom réservé : same",),
    ),
    "a range with one end": (
        {"comparisons": [{"signal": "n", "kind": "identifier", "column": "n", "low": "low"}]},
        "comparisons « n »",
        ("low et high",),
    ),
    "alike to nothing": (
        {"blocking": {"rules": [{"name": "name", "keys": ["name"], "if_alike": True}]}},
        "blocking",
        ("if_alike demande alike_texts",),
    ),
    "zones in the wrong order": (
        {"thresholds": {"match_from": 0.3, "review_from": 0.6}},
        "thresholds",
        ("review_from dépasse match_from",),
    ),
    "a prior that is no number": ({"prior": float("nan")}, "prior", ("un nombre fini",)),
    "a weight without end": (
        {"prior": 0.0, "comparisons": [NAME | {"weights": WEIGHTS | {"same": float("inf")}}]},
        "comparisons « name ».weights.same",
        ("un nombre fini",),
    ),
    "a distance without end": (
        {"comparisons": [{"signal": "n", "kind": "number", "column": "n", "within": {"far": float("inf")}}]},
        "comparisons « n ».within.far",
        ("un nombre fini",),
    ),
    "a threshold that is no number": (
        {"thresholds": {"review_from": float("nan")}},
        "thresholds.review_from",
        ("un nombre fini",),
    ),
    "no header": ({"columns": {"name": {"column": []}}}, "columns.name.column", ("un texte, ou une liste",)),
    "a number among headers": ({"id": ["n", 7]}, "id", ("un texte, ou une liste",)),
    "a day read as a text": (
        {"columns": {"born": {}}, "comparisons": [{"signal": "b", "kind": "date", "columns": ["born"]}]},
        "(racine)",
        ("signal « b »", "read: date"),
    ),
    "a quantity read as a text": (
        {"columns": {"n": {}}, "comparisons": [{"signal": "n", "kind": "number", "column": "n"}]},
        "(racine)",
        ("signal « n »", "read: number"),
    ),
    "a quantity that nothing reads, as a key": (
        {
            "blocking": {"rules": [{"name": "n", "keys": ["n"]}]},
            "comparisons": [{"signal": "n", "kind": "number", "column": "n"}],
        },
        "(racine)",
        ("blocking", "nombres"),
    ),
    "quantities for alike texts": (
        {
            "columns": {"name": {}, "n": {"read": "number"}},
            "blocking": RULES | {"alike_texts": {"column": "n"}},
        },
        "(racine)",
        ("blocking", "nombres"),
    ),
    "the second of two, without a name": (
        {"comparisons": [NAME, {"kind": "text", "columns": ["town"]}]},
        "comparisons n° 2.signal",
        ("clé obligatoire absente",),
    ),
    "unknown reading": (
        {"columns": {"name": {"read": "texte"}}},
        "columns.name.read",
        ("valeur possible", "'company_name'", " ou ", "trouvé : 'texte'"),
    ),
    "unknown measure": (
        {"comparisons": [NAME | {"measure": "sounds"}]},
        "comparisons « name ».measure",
        ("valeur possible", "'beginnings'"),
    ),
    "unknown take": (
        {"blocking": {"rules": [{"name": "name", "keys": [{"columns": ["name"], "take": "middle"}]}]}},
        "blocking.rules « name ».keys n° 1.take",
        ("valeur possible", "'acronym'"),
    ),
    "a rule without keys": (
        {"blocking": {"rules": [{"name": "name"}]}},
        "blocking.rules « name ».keys",
        ("clé obligatoire absente",),
    ),
}


@pytest.mark.parametrize(("change", "key", "parts"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_with_what_may_stand_there(
    tmp_path: Path, change: dict[str, Any], key: str, parts: tuple[str, ...]
) -> None:
    (line,) = told(refusal(tmp_path, PLAIN | change))
    assert line.startswith(f"{key} : ")
    for part in parts:
        assert part in line


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    wrong = PLAIN | {
        "idd": "n",
        "columns": {"name": {"read": "texte"}},
        "comparisons": [NAME | {"kind": "x"}],
    }
    assert len(told(refusal(tmp_path, wrong))) == 3


def test_long_values_are_not_repeated_in_full(tmp_path: Path) -> None:
    (line,) = told(refusal(tmp_path, PLAIN | {"notes": "x" * 5_000}))
    assert len(line) < 200


BROKEN = {
    "an open bracket": ("id: n\nidentifiers: [a, b\nsource: m\n", 3, "qui n'est pas refermée"),
    "a bracket too many": ("id: number\nblocking: [\ncomparisons: }\n", 3, "de trop"),
    "a tabulation": ("id: n\nblocking:\n\trules: []\n", 3, "une tabulation"),
    "a colon too many": ("id: n: m\n", 1, "un « : » de trop"),
    "a quotation mark alone": ('id: "n\n', 2, "un guillemet"),
    "a word among keys": ("id: n\nblocking\n", 3, "sans « : »"),
    "a key further left": ("  id: n\nsource: m\n", 2, "retrait"),
    "an unknown mark": ("id: *n\n", 1, "un signe inattendu"),
}


@pytest.mark.parametrize(("text", "line", "found"), BROKEN.values(), ids=BROKEN)
def test_broken_yaml_names_its_line_in_french(tmp_path: Path, text: str, line: int, found: str) -> None:
    error = refusal(tmp_path, text)
    assert error.where is not None
    assert error.where.line == line
    assert found in (error.found or "")
    assert "expected" not in (error.found or "")


def test_what_is_no_yaml_is_not_repeated(tmp_path: Path) -> None:
    """It may be a list of persons."""
    error = refusal(tmp_path, 'name;mail\n"Ilda: Orvek";ilda@meridon.example\n')
    assert "Ilda" not in str(error)


@pytest.mark.parametrize("content", ["", "- name\n- town\n", "name"], ids=["empty", "a list", "a word"])
def test_what_is_no_spec_at_all(tmp_path: Path, content: str) -> None:
    assert told(refusal(tmp_path, content))[0].startswith("(racine) : des clés et leurs valeurs")


def test_no_file_and_no_text(tmp_path: Path) -> None:
    for path, found in ((tmp_path / "none.yml", "aucun fichier à cet endroit"), (tmp_path, "un dossier")):
        with pytest.raises(InputError, match="ne se lit pas") as caught:
            read_spec(path)
        assert caught.value.found == found
        assert caught.value.where is not None
        assert caught.value.where.file == str(path)
    (tmp_path / "latin.yml").write_bytes("id: numéro\n".encode("cp1252"))
    with pytest.raises(InputError, match="UTF-8"):
        read_spec(tmp_path / "latin.yml")


def test_a_column_s_name_alone_stands_for_its_value() -> None:
    short = MatchingSpec.model_validate(PLAIN)
    written_out = {"rules": [{"name": "name", "keys": [{"columns": ["name"], "take": "value"}]}]}
    assert short == MatchingSpec.model_validate(PLAIN | {"blocking": written_out})


def test_weights_are_learned_unless_given() -> None:
    assert MatchingSpec.model_validate(PLAIN).prior is None
    weighed = PLAIN | {"prior": -1.0, "comparisons": [NAME | {"weights": WEIGHTS}]}
    assert MatchingSpec.model_validate(weighed).prior is not None


def test_the_columns_that_matching_reads() -> None:
    spec = MatchingSpec.model_validate(
        {
            "identifiers": ["siren"],
            "blocking": {
                "rules": [{"name": "name", "keys": ["town", {"columns": ["name", "sign"]}]}],
                "alike_texts": {"column": "label"},
            },
            "comparisons": [NAME, {"signal": "n", "kind": "number", "column": "staff"}],
        }
    )
    assert spec.used_columns == ("siren", "name", "staff", "town", "sign", "label")


def test_quantities_and_days_are_read_as_their_kind_needs() -> None:
    comparisons = [
        NAME,
        {"signal": "n", "kind": "number", "column": "n"},
        {"signal": "born", "kind": "date", "columns": ["born"]},
        {"signal": "since", "kind": "date", "columns": ["since"]},
    ]
    given = {"columns": {"since": {"read": "digits"}}, "comparisons": comparisons}
    spec = MatchingSpec.model_validate(PLAIN | given)
    read = {name: column.read for name, column in spec.read_as.items()}
    assert read == {"n": "number", "born": "date", "since": "digits"}


SEVERAL = {"id": ["n", "code"], "columns": {"name": {"column": ["Nom", "Raison sociale"]}}}


@pytest.mark.parametrize(
    "spec",
    [MatchingSpec.model_validate(PLAIN), MatchingSpec.model_validate(PLAIN | SEVERAL), members_spec()],
    ids=["plain", "several headers", "members"],
)
def test_what_is_written_is_read_again(tmp_path: Path, spec: MatchingSpec) -> None:
    write_spec(spec, tmp_path / "new" / "spec.yml")
    assert read_spec(tmp_path / "new" / "spec.yml") == spec


def test_the_shipped_spec_says_all_that_it_means() -> None:
    """What people read is what runs: written anew it has the same keys."""
    shipped = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    assert [one["signal"] for one in shipped["comparisons"]] == [
        one.signal for one in members_spec().comparisons
    ]
    assert shipped["thresholds"] == members_spec().thresholds.model_dump()
