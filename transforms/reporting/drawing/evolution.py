"""Figures over time: one small panel a figure, a step at each publication."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from matplotlib.axes import Axes

from transforms.moments import in_paris
from transforms.reporting.document import Picture
from transforms.reporting.drawing import canvas
from transforms.wording import number


@dataclass(frozen=True)
class Line:
    """One figure: its name, and its value at each moment, in the order of time."""

    name: str
    moments: tuple[datetime, ...]
    values: tuple[float, ...]


def evolution(name: str, title: str, description: str, lines: Sequence[Line]) -> Picture:
    """A value holds from one publication to the next, so lines are stairs, each on a scale of its own."""

    def draw(*axes: Axes) -> None:
        for one, line in zip(axes, lines, strict=True):
            _draw(one, line)

    return canvas.picture(
        name,
        title,
        description,
        draw,
        height=1.55,
        panels=len(lines),
        margins=(0.15, 0.55, 0.3, 0.3),
        gap=0.7,
    )


def _draw(axes: Axes, line: Line) -> None:
    # Seconds since the first: an axis of dates would cost more than the rest of the picture.
    at = [(moment - line.moments[0]).total_seconds() for moment in line.moments]
    end = at[-1] or 1.0
    axes.step(at, line.values, where="post", color=canvas.ACCENT, linewidth=1.6)
    axes.plot(at, line.values, "o", markersize=3, color=canvas.ACCENT)
    low, high = min(line.values), max(line.values)
    room = (high - low) or abs(high) or 1.0
    axes.set_ylim(low - 0.6 * room, high + 0.6 * room)
    axes.set_xlim(-end * 0.03, end * 1.02)
    axes.set_title(line.name, loc="left", size=8.5, weight="bold", pad=6)
    canvas.text(axes, at[0], line.values[0] + 0.16 * room, number(line.values[0]), size=8, color=canvas.QUIET)
    canvas.text(
        axes, end * 1.05, line.values[-1], number(line.values[-1]), size=8, weight="bold", va="center"
    )
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xticks([at[0], end], [f"{in_paris(line.moments[end]):%d/%m/%y}" for end in (0, -1)])
    first, last = axes.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")
