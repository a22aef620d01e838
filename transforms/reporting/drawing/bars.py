"""Bars: sums with their largest part, and wholes cut into parts."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from transforms.reporting.document import Picture
from transforms.reporting.drawing import canvas
from transforms.wording import number, percent


@dataclass(frozen=True)
class Sum:
    """A sum, and the share of it that its largest part has (None: unknown)."""

    value: float
    largest_share: float | None


@dataclass(frozen=True)
class Part:
    """One part of several wholes; how it is filled: a colour, hatches or none."""

    name: str
    values: tuple[float, ...]


# In letters: three of them stand on one line.
_LONGEST_LEGEND = 24
# Neighbours differ in lightness, and every second has hatches.
FILLS = (
    (canvas.ACCENT, ""),
    (canvas.ORANGE, canvas.DENSE),
    (canvas.shade(0.25), ""),
    (canvas.VERMILLION, canvas.LOOSE),
    (canvas.QUIET, ""),
    (canvas.PAPER, canvas.DENSE),
)


def sums(
    name: str, title: str, description: str, rows: Sequence[str], panels: Sequence[tuple[str, Sequence[Sum]]]
) -> Picture:
    """One panel a figure, one bar a row; the hatched beginning of a bar is its largest contributor."""
    height = 0.55 + 0.245 * len(rows)

    def draw(*axes: Axes) -> None:
        for place, (one, (heading, values)) in enumerate(zip(axes, panels, strict=True)):
            _draw_sums(one, heading, values)
            canvas.row_names(one, rows if place == 0 else [""] * len(rows))

    return canvas.picture(
        name,
        title,
        description,
        draw,
        height=height,
        panels=len(panels),
        margins=(canvas.NAMES, 0.62, 0.32, 0.18),
        gap=0.65,
    )


def _draw_sums(axes: Axes, heading: str, values: Sequence[Sum]) -> None:
    places = range(len(values))
    widths = [one.value for one in values]
    largest = [one.value * (one.largest_share or 0) for one in values]
    axes.barh(places, widths, height=0.62, color=canvas.ACCENT)
    axes.barh(
        places,
        largest,
        height=0.62,
        color=canvas.shade(0.3),
        edgecolor=canvas.ACCENT,
        hatch=canvas.DENSE,
        linewidth=0.6,
    )
    most = max(widths, default=0) or 1
    axes.set_xlim(0, most)
    for place, value in enumerate(widths):
        canvas.text(axes, value + most * 0.02, place, number(value), va="center", size=7.5, color=canvas.INK)
    axes.set_title(heading, loc="left", size=8.5, weight="bold", pad=6)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def shares(name: str, title: str, description: str, rows: Sequence[str], parts: Sequence[Part]) -> Picture:
    """Each row is a whole of 100 %, cut into the same parts; small parts are left to the table."""
    height = 0.5 + 0.42 * len(rows)

    def draw(axes: Axes) -> None:
        totals = [sum(part.values[row] for part in parts) or 1 for row in range(len(rows))]
        done = [0.0] * len(rows)
        for place, part in enumerate(parts):
            colour, hatch = FILLS[place % len(FILLS)]
            widths = [part.values[row] / totals[row] for row in range(len(rows))]
            axes.barh(
                range(len(rows)),
                widths,
                left=done,
                height=0.62,
                color=colour,
                hatch=hatch,
                edgecolor=canvas.PAPER,
                linewidth=1,
            )
            for row, width in enumerate(widths):
                if width >= 0.06:
                    _boxed(axes, done[row] + width / 2, row, percent(width), colour, hatch)
            done = [a + b for a, b in zip(done, widths, strict=True)]
        axes.set_xlim(0, 1)
        axes.set_xticks([])
        axes.spines[["bottom", "left"]].set_visible(False)
        canvas.row_names(axes, rows)
        _legend(axes, [part.name for part in parts])

    return canvas.picture(
        name, title, description, draw, height=height, margins=(canvas.NAMES, 0.1, 0.4, 0.02)
    )


def _boxed(axes: Axes, x: float, y: float, words: str, colour: str, hatch: str) -> None:
    box = {"facecolor": colour, "edgecolor": "none", "boxstyle": "round,pad=0.25"} if hatch else None
    canvas.text(
        axes,
        x,
        y,
        words,
        ha="center",
        va="center",
        size=8,
        weight="bold",
        color=canvas.ink_on(colour),
        bbox=box,
    )


def _legend(axes: Axes, names: Sequence[str]) -> None:
    handles = [
        Patch(
            facecolor=FILLS[place % len(FILLS)][0],
            hatch=FILLS[place % len(FILLS)][1],
            edgecolor=canvas.PAPER,
            label=canvas.label(name, _LONGEST_LEGEND),
        )
        for place, name in enumerate(names)
    ]
    axes.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=3,
        borderaxespad=0.2,
        handlelength=1.6,
        handleheight=1.1,
        columnspacing=1.6,
    )
