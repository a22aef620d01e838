"""Pictures of pairs and of scenarios: a histogram with zones, a calibration, seats under every scenario."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from transforms.reporting.document import Picture
from transforms.reporting.drawing import canvas
from transforms.wording import number, percent

BINS = 20
# Zone, its name, its fill.
ZONES = (
    ("distinct", "distinctes", canvas.LINE, ""),
    ("review", "à juger", canvas.ORANGE, canvas.DENSE),
    ("match", "même entreprise", canvas.ACCENT, ""),
)


def histogram(name: str, title: str, description: str, counts: Mapping[tuple[int, str], int]) -> Picture:
    """Pairs by probability in steps of 5 %; heights are square roots of the numbers, which are written."""

    def draw(axes: Axes) -> None:
        below = [0] * BINS
        for zone, _, colour, hatch in ZONES:
            above = [below[place] + counts.get((place, zone), 0) for place in range(BINS)]
            there = [place for place in range(BINS) if above[place] > below[place]]
            axes.bar(
                [place + 0.5 for place in there],
                [above[place] ** 0.5 - below[place] ** 0.5 for place in there],
                bottom=[below[place] ** 0.5 for place in there],
                width=0.86,
                color=colour,
                hatch=hatch,
                edgecolor=canvas.QUIET if hatch else canvas.INK,
                linewidth=0.4,
            )
            below = above
        top = max(max(below), 1) ** 0.5
        for place, count in enumerate(below):
            if count:
                canvas.text(axes, place + 0.5, count**0.5 + top * 0.025, number(count), ha="center", size=7.5)
        axes.set_ylim(0, top * 1.12)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlim(0, BINS)
        axes.set_xticks(range(0, BINS + 1, 4), [percent(place / BINS) for place in range(0, BINS + 1, 4)])
        axes.set_xlabel("probabilité que les deux fiches soient la même entreprise")
        handles = [
            Patch(facecolor=colour, hatch=hatch, edgecolor=canvas.QUIET, linewidth=0.4, label=label)
            for _, label, colour, hatch in ZONES
        ]
        axes.legend(handles=handles, loc="upper center", ncols=3, handlelength=1.6, handleheight=1.1)

    return canvas.picture(name, title, description, draw, height=2.6, margins=(0.3, 0.35, 0.1, 0.45))


@dataclass(frozen=True)
class Judged:
    """Decided pairs of a range of probability: their number, mean, share judged « same » and its bounds."""

    pairs: int
    probability: float
    same: float
    low: float
    high: float


def calibration(name: str, title: str, description: str, groups: Sequence[Judged]) -> Picture:
    """What stewards said against what the machine had said; on the dashed line both agree."""

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=canvas.QUIET, linewidth=1, linestyle=(0, (4, 3)))
        for one in groups:
            axes.plot([one.probability] * 2, [one.low, one.high], color=canvas.ACCENT, linewidth=1.4)
            axes.plot([one.probability], [one.same], marker="o", markersize=6, color=canvas.ACCENT)
            canvas.text(axes, one.probability + 0.018, one.same, number(one.pairs), va="center", size=7.5)
        ticks = [0, 0.25, 0.5, 0.75, 1]
        for ticked in (axes.set_xticks, axes.set_yticks):
            ticked(ticks, [percent(tick) for tick in ticks])
        axes.grid(visible=True)
        axes.set_xlim(-0.02, 1.06)
        axes.set_ylim(-0.04, 1.04)
        axes.set_xlabel("probabilité moyenne annoncée par la machine")
        axes.set_ylabel("part jugée « même entreprise »")

    return canvas.picture(
        name, title, description, draw, height=2.9, margins=(0.7, 0.15, 0.1, 0.45), width=0.72
    )


@dataclass(frozen=True)
class Range:
    """Seats of one group: those of the run, and those of every scenario."""

    name: str
    seats: int
    scenarios: tuple[int, ...]


def scenarios(name: str, title: str, description: str, rows: Sequence[Range]) -> Picture:
    """A disc for each number of seats, larger the more scenarios give it; a ring around that of the run."""
    most = max((max(row.seats, *row.scenarios, 0) for row in rows), default=0)

    def draw(axes: Axes) -> None:
        every = max((len(row.scenarios) for row in rows), default=1) or 1
        for place, row in enumerate(rows):
            found = sorted(Counter(row.scenarios).items())
            if found:
                axes.plot(
                    [found[0][0], found[-1][0]], [place, place], color=canvas.LINE, linewidth=1.2, zorder=1
                )
            axes.scatter(
                [seats for seats, _ in found],
                [place] * len(found),
                s=[18 + 130 * times / every for _, times in found],
                color=canvas.shade(0.75),
                linewidth=0,
                zorder=2,
            )
            axes.scatter(
                [row.seats],
                [place],
                s=190,
                facecolor="none",
                edgecolor=canvas.VERMILLION,
                linewidth=1.6,
                zorder=3,
            )
        axes.set_xlim(-0.6, most + 0.6)
        step = max(1, -(-most // 14))
        axes.set_xticks(range(0, most + 1, step))
        axes.xaxis.tick_top()
        axes.grid(axis="x")
        axes.spines[["bottom", "left"]].set_visible(False)
        canvas.row_names(axes, [row.name for row in rows])

    return canvas.picture(
        name, title, description, draw, height=0.35 + 0.27 * len(rows), margins=(1.85, 0.15, 0.3, 0.05)
    )
