"""The one way a picture is made: Matplotlib's objects in, a small clean SVG out, the same bytes every time.

Shades differ in lightness and what stands for something else has hatches too, so a picture can be read in
black and white. Blue, orange and vermillion are those of Okabe and Ito, "Color Universal Design", 2008, the
blue a little darker, so that white text can be read on it.
"""

import io
import re
from collections.abc import Callable, Sequence
from typing import Any
from xml.etree import ElementTree

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from transforms.reporting.document import Picture, plain

ACCENT = "#0b5a8a"
ORANGE = "#e69f00"
VERMILLION = "#d55e00"
INK = "#1d2733"
QUIET = "#5b6776"
LINE = "#d5dbe1"
PAPER = "#ffffff"
PALE = "#e9eff4"

WIDTH = 7.2
"""Width of a picture in inches; text of 8 points stays readable when it is shown as wide as a page."""
NAMES = 1.85
"""Room for the names of rows on the left, in inches; longer ones are cut."""
_LONGEST_NAME = 34
DENSE = "/////"
LOOSE = "\\\\\\\\"

_SVG = "http://www.w3.org/2000/svg"
_LINK = "http://www.w3.org/1999/xlink"
_STYLE: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 8,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": LINE,
    "axes.labelcolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "xtick.color": QUIET,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.7,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "svg.fonttype": "none",
    "path.simplify": False,
}


def picture(
    name: str,
    title: str,
    description: str,
    draw: Callable[..., None],
    *,
    height: float,
    panels: int = 1,
    margins: tuple[float, float, float, float] = (0.1, 0.1, 0.1, 0.1),
    gap: float = 0.1,
    width: float = 1,
) -> Picture:
    """A picture that `draw` draws on its axes, one for each panel.

    Args:
        name: unique in the report.
        title: what it shows.
        description: the same in words.
        draw: takes the axes, as many as panels.
        height: in inches.
        panels: how many axes stand side by side.
        margins: left, right, top and bottom, in inches.
        gap: between two panels, in inches.
        width: share of the page.
    """
    wide = WIDTH * width
    left, right, top, bottom = margins
    each = (wide - left - right - gap * (panels - 1)) / panels
    with matplotlib.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=(wide, height))
        axes = [
            figure.add_axes(
                (
                    (left + place * (each + gap)) / wide,
                    bottom / height,
                    each / wide,
                    (height - top - bottom) / height,
                )
            )
            for place in range(panels)
        ]
        draw(*axes)
        written = io.StringIO()
        FigureCanvasSVG(figure).print_svg(  # type: ignore[no-untyped-call]
            written, metadata={"Date": None, "Creator": None}
        )
    svg = _clean(written.getvalue(), name, plain(title), plain(description))
    return Picture(name=name, title=title, description=description, svg=svg, width=width)


def text(axes: Axes, x: float, y: float, words: str, **looks: Any) -> None:
    """Words on a picture; what they hold is never taken for a formula, nor for a direction of writing."""
    axes.text(x, y, plain(words), **looks)


def label(words: str, longest: int = _LONGEST_NAME) -> str:
    """A name that fits where a picture has room for so many letters."""
    words = plain(words)
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def row_names(axes: Axes, names: Sequence[str]) -> None:
    """Names left of the axes, the first on top; ticks would cost three times as much to draw."""
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.set_yticks([])
    for place, name in enumerate(names):
        words = {"ha": "right", "va": "center", "transform": axes.get_yaxis_transform()}
        text(axes, -0.015, place, label(name), **words)


def shade(share: float) -> str:
    """From nearly white (0) to the accent (1)."""
    share = min(max(share, 0), 1)
    red, green, blue = (a + (b - a) * share for a, b in zip(to_rgb(PALE), to_rgb(ACCENT), strict=True))
    return to_hex((red, green, blue))


def ink_on(colour: str) -> str:
    """The colour of text that can be read on `colour` (relative luminance of WCAG 2.2)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return PAPER if luminance < 0.2 else INK


def bare(axes: Axes, width: float, height: float) -> None:
    """Axes as a sheet of paper of `width` × `height`, the origin on the top left."""
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)


def _clean(svg: str, name: str, title: str, description: str) -> str:
    """Without what only an editor needs, with ids of its own, and words for those who do not see it."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _LINK)
    # What is parsed, Matplotlib has just written.
    root = ElementTree.fromstring(svg)  # noqa: S314
    for child in root.findall(f"{{{_SVG}}}metadata"):
        root.remove(child)
    _rename_ids(root, name)
    for attribute in ("width", "height"):
        root.attrib.pop(attribute, None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for place, (tag, words) in enumerate((("title", title), ("desc", description))):
        element = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": f"{name}-{tag}"})
        element.text = words
        root.insert(place, element)
    return re.sub(r">\s+<", "><", ElementTree.tostring(root, encoding="unicode"))


def _rename_ids(root: ElementTree.Element, name: str) -> None:
    """Ids that something refers to begin with the picture's name; the others go."""
    used = set(
        re.findall(r"#([\w-]+)", " ".join(value for one in root.iter() for value in one.attrib.values()))
    )
    for one in root.iter():
        if (own := one.attrib.pop("id", None)) in used:
            one.set("id", f"{name}-{own}")
        for key, value in one.attrib.items():
            if key == f"{{{_LINK}}}href":
                one.set(key, f"#{name}-{value.removeprefix('#')}")
            else:
                one.set(key, value.replace("url(#", f"url(#{name}-"))
