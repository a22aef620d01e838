"""What of `docs/analystes.md` follows from the code: the tables, and the example queries with results.

    python -m benchmarks.analyst_docs

The results are those of the invented exports in `data/raw`.
"""

import re
import tempfile
from pathlib import Path

from benchmarks.stages import one_pass
from flows.query import ask
from flows.query_text import answer_text
from flows.settings import settings
from transforms.warehouse import tables
from transforms.warehouse.named_queries import NamedQuery, named_queries

PAGE = Path(__file__).parent.parent / "docs" / "analystes.md"
_ROWS = 5
# What these show is the moment of the run.
_WITHOUT_RESULT = ("qualite-historique",)


def written(page: str, warehouse: Path) -> str:
    """`page` with the parts between its marks written anew, results from `warehouse`."""
    queries = "\n".join(_section(query, warehouse) for query in named_queries().values())
    return _between(_between(page, "tables", _tables()), "requêtes", queries)


def warehouse_of_sample(folder: Path) -> Path:
    """The warehouse of the exports in `data/raw`, made in `folder`."""
    for _ in one_pass(settings().raw, folder):
        pass
    return folder / "warehouse.duckdb"


def _between(page: str, name: str, content: str) -> str:
    mark = re.compile(rf"(<!-- {name} : début [^\n]*-->\n).*(<!-- {name} : fin -->)", re.DOTALL)
    return mark.sub(lambda found: f"{found[1]}{content}{found[2]}", page)


def _tables() -> str:
    lines = ["| Table | Ce qu'elle contient | Clé | D'après |", "|---|---|---|---|"]
    for table in tables.tables("public").values():
        key = ", ".join(f"`{name}`" for name in table.key)
        lines.append(f"| `{table.name}` | {table.comment} | {key} | {table.source} |")
    return "\n".join([*lines, ""])


def _section(query: NamedQuery, warehouse: Path) -> str:
    parts = [
        f"### {query.title}\n",
        f"{query.question} `alliage query {query.name}`\n",
        f"```sql\n{query.sql};\n```\n",
    ]
    if query.name not in _WITHOUT_RESULT:
        parts.append(f"```text\n{answer_text(ask(warehouse, query.name, limit=_ROWS))}\n```\n")
    return "\n".join(parts)


def main() -> None:
    """Write the page."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = warehouse_of_sample(Path(folder))
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), warehouse), encoding="utf-8")


if __name__ == "__main__":
    main()
