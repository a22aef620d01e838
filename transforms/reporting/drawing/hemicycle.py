"""Seats in a half circle: each a disc that bears the code of its territory."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin

from matplotlib.axes import Axes
from matplotlib.patches import Circle

from transforms.reporting.document import Picture
from transforms.reporting.drawing import canvas
from transforms.wording import plural

_INNER = 0.42
_ROOM = 0.78
_MOST_WITH_CODES = 90


@dataclass(frozen=True)
class Bench:
    """The seats of one group: what is written on each, its name, how many, whether the last seat is there."""

    code: str
    name: str
    seats: int
    last: bool = False


def hemicycle(name: str, title: str, description: str, benches: Sequence[Bench]) -> Picture:
    """Benches from left to right, in turn light and dark, so that neighbours are told apart in grey."""
    benches = [bench for bench in benches if bench.seats > 0]

    def draw(axes: Axes) -> None:
        axes.set_axis_off()
        axes.set_xlim(-1 - _ROOM, 1 + _ROOM)
        axes.set_ylim(-0.14, 1.12)
        axes.set_aspect("equal")
        _draw(axes, benches)

    height = canvas.WIDTH * 1.26 / (2 + 2 * _ROOM)
    return canvas.picture(name, title, description, draw, height=height, margins=(0, 0, 0, 0))


def places(seats: int) -> tuple[list[tuple[float, float]], float]:
    """Centres of `seats` discs between two half circles (outer radius 1), from the left, and their radius.

    Rows are filled in proportion to their length; the number of rows is that which gives the largest discs.
    """
    if not seats:
        return [], 0
    rows = max(range(1, 13), key=lambda count: _radius(seats, count))
    radii = _rows(rows)
    shares = _shared(seats, radii)
    found = [
        (-radius * cos(pi * (place + 0.5) / count), radius * sin(pi * (place + 0.5) / count), radius)
        for radius, count in zip(radii, shares, strict=True)
        for place in range(count)
    ]
    found.sort(key=lambda disc: (disc[0] / hypot(disc[0], disc[1]), disc[2]))
    return [(x, y) for x, y, _ in found], 0.92 * _radius(seats, rows)


def _rows(count: int) -> list[float]:
    if count == 1:
        return [(1 + _INNER) / 2]
    return [_INNER + (1 - _INNER) * place / (count - 1) for place in range(count)]


def _radius(seats: int, rows: int) -> float:
    """The largest radius of discs that touch no other, neither in their row nor across rows."""
    radii = _rows(rows)
    along = min(pi * r / count / 2 for r, count in zip(radii, _shared(seats, radii), strict=True) if count)
    across = (1 - _INNER) / (rows - 1) / 2 if rows > 1 else 0.2
    return min(along, across, 0.2)


def _shared(seats: int, radii: Sequence[float]) -> list[int]:
    """`seats` in proportion to the radii (largest remainder)."""
    exact = [seats * radius / sum(radii) for radius in radii]
    given = [int(quota) for quota in exact]
    by_rest = sorted(range(len(radii)), key=lambda row: (given[row] - exact[row], -row))
    for row in by_rest[: seats - sum(given)]:
        given[row] += 1
    return given


def _draw(axes: Axes, benches: Sequence[Bench]) -> None:
    total = sum(bench.seats for bench in benches)
    centres, radius = places(total)
    taken = 0
    # The size of text in points, from a radius in units of the axes.
    size = radius * 0.8 * canvas.WIDTH * 72 / (2 + 2 * _ROOM)
    for place, bench in enumerate(benches):
        own = centres[taken : taken + bench.seats]
        taken += bench.seats
        colour = canvas.ACCENT if place % 2 == 0 else canvas.shade(0.22)
        for seat, (x, y) in enumerate(own):
            last = bench.last and seat == len(own) - 1
            axes.add_patch(
                Circle(
                    (x, y),
                    radius,
                    facecolor=colour,
                    edgecolor=canvas.VERMILLION if last else canvas.ACCENT,
                    linewidth=2.2 if last else 0.6,
                    linestyle=(0, (2, 1)) if last else "solid",
                )
            )
            if total <= _MOST_WITH_CODES:
                canvas.text(
                    axes,
                    x,
                    y,
                    bench.code,
                    color=canvas.ink_on(colour),
                    size=min(size, 11),
                    ha="center",
                    va="center_baseline",
                )
    _names(axes, benches)
    canvas.text(axes, 0, 0.06, str(total), size=26, weight="bold", ha="center", va="center")
    canvas.text(
        axes,
        0,
        -0.08,
        "sièges" if total > 1 else "siège",
        size=9,
        color=canvas.QUIET,
        ha="center",
        va="center",
    )


def _names(axes: Axes, benches: Sequence[Bench]) -> None:
    """Which code is whose, beside the half circle: the western half on the left, the eastern on the right."""
    half = (len(benches) + 1) // 2
    for side, own in ((-1, benches[:half]), (1, benches[half:])):
        step = min(0.155, 1.2 / max(len(own), 1))
        for place, bench in enumerate(own):
            # On the left the first sits at the bottom, as in the half circle.
            rank = len(own) - 1 - place if side < 0 else place
            _named(axes, bench, -1 - _ROOM if side < 0 else 1.13, 1.06 - rank * step)


def _named(axes: Axes, bench: Bench, x: float, y: float) -> None:
    seats = plural(bench.seats, "siège", "sièges") + (
        ", dont le dernier" if bench.last and bench.seats > 1 else ""
    )
    canvas.text(
        axes, x + 0.1, y, bench.code, size=8, weight="bold", color=canvas.ACCENT, ha="right", va="center"
    )
    canvas.text(axes, x + 0.135, y + 0.021, bench.name, size=7.5, va="center")
    canvas.text(axes, x + 0.135, y - 0.037, seats, size=6.8, color=canvas.QUIET, va="center")
