"""Gauges: progress to a target, and cells that are filled."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from transforms.reporting.document import Picture
from transforms.reporting.drawing import canvas
from transforms.wording import percent


@dataclass(frozen=True)
class Progress:
    """Shares of a target (1 is the target): exact values, estimated ones, and what is told of both."""

    name: str
    known: float
    estimated: float
    told: str


def progress(name: str, title: str, description: str, rows: Sequence[Progress]) -> Picture:
    """Bars against a line that is the target; what is estimated is hatched."""
    far = max([1.25, *(row.known + row.estimated for row in rows)])

    def draw(axes: Axes) -> None:
        places = range(len(rows))
        axes.barh(places, [row.known for row in rows], height=0.5, color=canvas.ACCENT)
        axes.barh(
            places,
            [row.estimated for row in rows],
            left=[row.known for row in rows],
            height=0.5,
            color=canvas.shade(0.3),
            edgecolor=canvas.ACCENT,
            hatch=canvas.DENSE,
            linewidth=0.6,
        )
        for place, row in enumerate(rows):
            canvas.text(
                axes,
                row.known + row.estimated + far * 0.012,
                place,
                row.told,
                va="center",
                size=8.5,
                weight="bold",
            )
        axes.axvline(1, color=canvas.INK, linewidth=1.4)
        canvas.text(axes, 1, -0.72, "valeur annoncée", ha="center", size=7.5, color=canvas.INK)
        axes.set_xlim(0, far * 1.1)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        canvas.row_names(axes, [row.name for row in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)

    return canvas.picture(
        name, title, description, draw, height=0.4 + 0.4 * len(rows), margins=(canvas.NAMES, 0.1, 0.3, 0.05)
    )


@dataclass(frozen=True)
class Filled:
    """Shares of records in which a field is valid, refused, or filled without a value; the rest is empty."""

    name: str
    valid: float
    refused: float
    no_value: float


def filled(name: str, title: str, description: str, rows: Sequence[Filled], width: float) -> Picture:
    """How many cells of each field can be used."""

    def draw(axes: Axes) -> None:
        places = range(len(rows))
        valid = [row.valid for row in rows]
        refused = [row.refused for row in rows]
        axes.barh(places, [1] * len(rows), height=0.62, color=canvas.PALE)
        axes.barh(places, valid, height=0.62, color=canvas.ACCENT)
        axes.barh(
            places,
            refused,
            left=valid,
            height=0.62,
            color=canvas.ORANGE,
            hatch=canvas.DENSE,
            edgecolor=canvas.VERMILLION,
            linewidth=0,
        )
        axes.barh(
            places,
            [row.no_value for row in rows],
            left=[a + b for a, b in zip(valid, refused, strict=True)],
            height=0.62,
            color=canvas.LINE,
            hatch=canvas.LOOSE,
            edgecolor=canvas.QUIET,
            linewidth=0,
        )
        for place, row in enumerate(rows):
            canvas.text(axes, 1.02, place, percent(row.valid), va="center", size=7.5)
        axes.set_xlim(0, 1)
        axes.set_xticks([])
        axes.spines[["bottom", "left"]].set_visible(False)
        canvas.row_names(axes, [row.name for row in rows])

    return canvas.picture(
        name,
        title,
        description,
        draw,
        height=0.15 + 0.21 * len(rows),
        margins=(1.45, 0.45, 0.05, 0.05),
        width=width,
    )
