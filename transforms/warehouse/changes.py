"""What may happen to a company from one warehouse to the next: joined, left, merged, split, changed.

The rule, in one place:

- *merged*: the id is gone, and the second file redirects it (`company_aliases`). Where that is the older of
  the two there is no alias: the company of both that now holds most of its records stands for it;
- *left*: the id is gone otherwise;
- *split*: the id is new, and most of its records that were known belonged to a company that stays;
- *joined*: the id is new otherwise;
- *changed*: the id stays and a field of `companies` differs, one row a field. The day that a figure is of is
  no change where it only follows the date of its export: every new export would change every company.

A record is known again by its source and number, unless the number changed hands: its date of joining is
another, or the company that held it in one file holds a new number of that source in the other.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from transforms.warehouse.tables import literal

Kind = Literal["joined", "left", "merged", "split", "changed"]
KINDS: tuple[Kind, ...] = ("joined", "left", "merged", "split", "changed")

# The name of a sole trader is that of a person, and the company lies where the person does.
OF_A_PERSON = ("name", "trade_name", "address", "website")
_HIDDEN = "…"
_AS_OF = "_as_of"
_FOLLOWS = "date de l'export"
_QUERY = Path(__file__).with_name("changes.sql").read_text(encoding="utf-8")


class Change(BaseModel):
    """One row of the comparison.

    Attributes:
        kind: what happened.
        company_id: the company.
        name: its name, in the newer file if it is there; « … » for a sole trader.
        other_id: the company that it was merged into or split from.
        field: the column that changed.
        old: its value before, as text.
        new: its value after, as text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    company_id: str
    name: str
    other_id: str | None = None
    field: str | None = None
    old: str | None = None
    new: str | None = None


def changes_query(
    columns: Iterable[str], *, old: str = "old", new: str = "new", backwards: bool = False
) -> str:
    """The query that applies the rule to two databases or schemas; its columns are those of `Change`.

    Of each it reads companies, memberships and sources, of `new` company_aliases too.

    `columns` are those of `companies` to compare, found in both; `backwards` says that `new` is the older
    file. Rows are ordered by kind and company.
    """
    compared = [name for name in columns if name != "company_id"]
    return _QUERY.format(
        old=old,
        new=new,
        backwards=str(backwards).lower(),
        old_cells=", ".join(_cell(name, old) for name in compared),
        new_cells=", ".join(_cell(name, new) for name in compared),
        old_texts=", ".join(f'{_text(name, old)} AS "{name}"' for name in compared),
        new_texts=", ".join(f'{_text(name, new)} AS "{name}"' for name in compared),
        hidden=", ".join(map(literal, OF_A_PERSON)),
        mask=literal(_HIDDEN),
    )


def follows_export(field: str, side: str = "") -> str:
    """The condition that the day `field` of `companies` is that of the export which the figure comes from.

    `side` names the database or schema of the table `sources`, with its dot.
    """
    source = f"{field.removesuffix(_AS_OF)}_source"
    export = f"(SELECT export_date FROM {side}sources AS exports WHERE exports.source = companies.{source})"
    return f"coalesce({field} = {export}, false)"


def _cell(name: str, side: str) -> str:
    """A value that differs where the text does; the types of two files need not be the same."""
    return _text(name, side) if name.endswith(_AS_OF) else f'"{name}"'


def _text(name: str, side: str) -> str:
    text = f'"{name}"::VARCHAR'
    if not name.endswith(_AS_OF):
        return text
    return f"if({follows_export(name, f'{side}.')}, {literal(_FOLLOWS)}, {text})"
