"""The example queries for analysts: one `.sql` file each, under a head of French title and question.

-- Titre : Les plus gros employeurs
-- Question : Qui emploie le plus parmi les membres actifs ?
"""

import re
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

_FOLDER = Path(__file__).parent / "queries"
_HEAD = re.compile(
    r"-- Titre : (?P<title>.+)\n-- Question : (?P<question>(?:.+)(?:\n-- .+)*)\n(?P<sql>(?s:.+))"
)


class NamedQuery(BaseModel):
    """One example query; `title` and `question` are French, `sql` has neither head nor final semicolon."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    question: str
    sql: str


@cache
def named_queries() -> dict[str, NamedQuery]:
    """All example queries by name, in order of name."""
    return {path.stem: _read(path) for path in sorted(_FOLDER.glob("*.sql"))}


def _read(path: Path) -> NamedQuery:
    head = _HEAD.fullmatch(path.read_text(encoding="utf-8"))
    if head is None:
        raise ValueError(f"{path.name}: a head of « -- Titre : » and « -- Question : », then SQL")
    return NamedQuery(
        name=path.stem,
        title=head["title"],
        question=head["question"].replace("\n-- ", " "),
        sql=head["sql"].strip().removesuffix(";"),
    )
