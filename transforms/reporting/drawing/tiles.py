"""The twelve départements as tiles in about their places, the Métropole de Lyon apart, others at the side."""

from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from transforms.reporting.document import Picture
from transforms.reporting.drawing import canvas
from transforms.wording import number, percent

# Column and row of each tile: west on the left, north on top. Beside the region: elsewhere and unknown.
PLACES: Mapping[str, tuple[float, float]] = {
    "03": (0, 0),
    "69": (2, 0),
    "01": (3, 0),
    "74": (4, 0),
    "63": (0, 1),
    "42": (1, 1),
    "lyon": (2, 1),
    "38": (3, 1),
    "73": (4, 1),
    "15": (0, 2),
    "43": (1, 2),
    "07": (2, 2),
    "26": (3, 2),
    "hors-region": (5.35, 0),
    "inconnu": (5.35, 1),
}
_APART = frozenset({"hors-region", "inconnu"})
_TILE, _GAP = 76.0, 5.0
_WIDTH, _HEIGHT = 6.35 * (_TILE + _GAP), 3 * (_TILE + _GAP)


@dataclass(frozen=True)
class Tile:
    """What one tile shows: a territory, its name, its members."""

    territory: str
    name: str
    members: int


def tile_map(name: str, title: str, description: str, tiles: list[Tile]) -> Picture:
    """Members by territory; a tile is darker the more members it has, and says how many."""

    def draw(axes: Axes) -> None:
        canvas.bare(axes, _WIDTH, _HEIGHT)
        total = sum(tile.members for tile in tiles)
        most = max((tile.members for tile in tiles), default=0)
        for tile in tiles:
            if tile.territory in PLACES:
                _draw_tile(axes, tile, total, most)

    height = canvas.WIDTH * _HEIGHT / _WIDTH
    return canvas.picture(name, title, description, draw, height=height, margins=(0, 0, 0, 0))


def _draw_tile(axes: Axes, tile: Tile, total: int, most: int) -> None:
    column, row = PLACES[tile.territory]
    x, y = column * (_TILE + _GAP) + _GAP / 2, row * (_TILE + _GAP) + _GAP / 2
    apart = tile.territory in _APART
    colour = canvas.PAPER if apart else tint(tile.members / most if most else 0)
    axes.add_patch(
        FancyBboxPatch(
            (x, y),
            _TILE,
            _TILE,
            boxstyle="round,pad=0,rounding_size=5",
            facecolor=colour,
            edgecolor=canvas.QUIET if apart else canvas.LINE,
            linestyle=(0, (4, 3)) if apart else "solid",
            linewidth=0.9,
        )
    )
    ink = canvas.ink_on(colour)
    code = "" if apart or tile.territory == "lyon" else tile.territory
    canvas.text(axes, x + 7, y + 14, code, color=ink, size=7.5, weight="bold", va="center")
    canvas.text(
        axes,
        x + _TILE - 7,
        y + 14,
        percent(tile.members / total if total else 0),
        color=ink,
        size=7,
        ha="right",
        va="center",
    )
    canvas.text(
        axes,
        x + _TILE / 2,
        y + 38,
        number(tile.members),
        color=ink,
        size=16,
        ha="center",
        va="center",
        weight="bold",
    )
    lines = _in_lines(tile.name)
    for place, line in enumerate(lines):
        below = y + 62 + (place - (len(lines) - 1) / 2) * 9.5
        canvas.text(axes, x + _TILE / 2, below, line, color=ink, size=7.2, ha="center", va="center")


def tint(share: float) -> str:
    """Darker the larger; without the middle shades, on which neither dark nor white text is readable."""
    depth = share**0.5
    return canvas.shade(depth * 0.55 if depth < 0.7 else 0.8 + (depth - 0.7) * 0.66)


def _in_lines(label: str) -> list[str]:
    """One line, or two where one would be wider than a tile."""
    if len(label) <= 14:
        return [label]
    words = label.split(" ")
    half = len(words) - 1
    return [" ".join(words[:half]), " ".join(words[half:])]
