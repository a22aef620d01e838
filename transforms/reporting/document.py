"""What a report is made of: sections of sentences, key figures, points, pictures and tables, without looks.

Every text is cleaned when it enters (`Plain`), so that no renderer has to know what a name may hold.
"""

import unicodedata
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from transforms.wording import plural

_LONGEST_NAME = 60


def plain(text: str) -> str:
    """`text` without what a reader cannot see: controls, marks of direction, lone surrogates.

    Ends of lines are spaces; the narrow and the plain no-break space of French typography stay.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = (
        " " if sign in "\t\n\r\u2028\u2029" else sign
        for sign in text
        if sign in "\t\n\r" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return "".join(kept)


def name(text: str | None) -> str:
    """A name from the data, in one line of bounded length; « … » where there is none."""
    words = " ".join(plain(text or "").split())
    return (words if len(words) <= _LONGEST_NAME else f"{words[: _LONGEST_NAME - 1]}…") or "…"


Plain = Annotated[str, AfterValidator(plain)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Paragraph(_Part):
    """One or more sentences."""

    kind: Literal["paragraph"] = "paragraph"
    text: Plain


class KeyFigure(_Part):
    """One large number.

    Attributes:
        label: what it counts.
        value: the number, with its unit.
        detail: what it is held against, and how sure it is.
    """

    label: Plain
    value: Plain
    detail: tuple[Plain, ...] = ()


class KeyFigures(_Part):
    """A row of large numbers."""

    kind: Literal["key_figures"] = "key_figures"
    items: tuple[KeyFigure, ...]


class Point(_Part):
    """One thing that is well or asks for attention; `good` is told by a sign, never by a colour alone."""

    good: bool
    text: Plain


class Points(_Part):
    """A list of points."""

    kind: Literal["points"] = "points"
    items: tuple[Point, ...]


class Picture(_Part):
    """A picture as SVG.

    Attributes:
        name: unique in the report; a part of ids.
        title: what it shows.
        description: the same in words, for those who do not see it.
        svg: the drawing, one `svg` element.
        width: share of the page, from 0 to 1.
    """

    kind: Literal["picture"] = "picture"
    name: str
    title: Plain
    description: Plain
    svg: str
    width: float = 1


class Column(_Part):
    """A column of a table; numbers stand on the right."""

    title: Plain
    unit: Plain = ""
    numeric: bool = True


class Table(_Part):
    """Numbers in rows, already written as French readers write them.

    Raises:
        ValueError: a row has not as many cells as there are columns.
    """

    kind: Literal["table"] = "table"
    title: Plain
    columns: tuple[Column, ...]
    rows: tuple[tuple[Plain, ...], ...]
    total: tuple[Plain, ...] = ()
    notes: tuple[Plain, ...] = ()

    @model_validator(mode="after")
    def _as_wide_as_its_head(self) -> Self:
        for row in (*self.rows, *filter(None, [self.total])):
            if len(row) != len(self.columns):
                raise ValueError(f"table {self.title}: {len(row)} cells in {len(self.columns)} columns")
        return self


Block = Annotated[Paragraph | KeyFigures | Points | Picture | Table, Field(discriminator="kind")]


class Section(_Part):
    """One question and its answer.

    Attributes:
        slug: its anchor.
        title: the subject.
        lead: the answer in a sentence or two.
        blocks: what it rests on.
    """

    slug: str
    title: Plain
    lead: Plain
    blocks: tuple[Block, ...] = ()


class Report(_Part):
    """The whole.

    Attributes:
        title: what it is about.
        subtitle: of what and of when.
        origin: of which run and which program, for the foot.
        sections: in the order of reading.
    """

    title: Plain
    subtitle: Plain
    origin: Plain
    sections: tuple[Section, ...]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures, in the order of reading."""
        blocks = (block for section in self.sections for block in section.blocks)
        return tuple(block for block in blocks if isinstance(block, Picture))


def text_column(title: str) -> Column:
    """A column of words."""
    return Column(title=title, numeric=False)


def number_columns(*titles: str) -> tuple[Column, ...]:
    """Columns of numbers; « Emplois | personnes » has a unit."""
    parts = (title.partition("|") for title in titles)
    return tuple(Column(title=title.strip(), unit=unit.strip()) for title, _, unit in parts)


def bounded(
    rows: Iterable[tuple[str, ...]], most: int
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """The first `most` rows, and a note on how many more there are; none if all are there."""
    found = tuple(rows)
    left = len(found) - most
    return found[:most], (f"… et {plural(left, 'autre', 'autres')}.",) if left > 0 else ()
