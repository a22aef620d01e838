"""The steps of a pair drawn as a waterfall, in SVG.

Blue and vermilion are of the palette of Okabe and Ito (2008), which colour-blind people tell apart; the sign
in front of each weight says the same without colours.
"""

from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from transforms.matching.explanation import Link, Step, bits_text, percent_text
from transforms.stewards.words import visible

_FOR, _AGAINST, _PLAIN, _TEXT, _FAINT = "#0072B2", "#D55E00", "#6B6B6B", "#1A1A1A", "#C8C8C8"
_WIDTH, _ROW, _HEAD, _BAR = 960, 44, 96, 22
_LINE = 24
# Where labels end, where bars may be, where probabilities end.
_LABELS, _FROM, _TO, _END = 20, 380, 780, 940
_LONGEST = 52
_LONGEST_LINE = 120
_TOTAL = "Au total"


def waterfall_svg(link: Link, caption: str = "") -> str:
    """A drawing of `link`: one bar a step, from the running total before it to the one after it.

    Every text is escaped: names and record numbers come from exports and may hold anything.

    Args:
        link: the pair.
        caption: what the pair is about, one line under its title.
    """
    total = link.steps[-1].total if link.steps else 0.0
    at = _scale([0.0, *(step.total for step in link.steps)])
    said = [_cut(visible(line), _LONGEST_LINE) for line in (_names(link), caption) if line]
    top = _HEAD + _LINE * len(said)
    height = top + _ROW * (len(link.steps) + 1) + 40
    zero = at(0.0)
    rows = [_step(top + number * _ROW, step, at) for number, step in enumerate(link.steps)]
    outcome = (_TOTAL, link.told_fate)
    rows.append(_row(top + len(rows) * _ROW, outcome, (0.0, total), at, _PLAIN, link.probability))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
            f'height="{height}" lang="fr" role="img" aria-labelledby="titre description" '
            'font-family="system-ui, sans-serif" font-size="14">',
            f'<title id="titre">{_plain(_title(link))}</title>',
            f'<desc id="description">{_plain(description(link))}</desc>',
            f'<rect width="{_WIDTH}" height="{height}" fill="#FFFFFF"/>',
            _text(_LABELS, 32, _title(link), size=17, weight="bold"),
            *(_text(_LABELS, 56 + _LINE * number, line) for number, line in enumerate(said)),
            _text(
                _LABELS,
                top - 40,
                "Poids en bits : +1 double les chances. La ligne verticale est à une chance sur deux.",
            ),
            _text(_END, top - 14, "Probabilité", anchor="end", weight="bold"),
            f'<path d="M{zero} {top - 6}V{height - 36}" stroke="{_FAINT}" stroke-width="2"/>',
            *rows,
            "</svg>\n",
        ]
    )


def description(link: Link) -> str:
    """The drawing in words, for people who do not see it."""
    said = [f"{step.label}, {step.finding} : {bits_text(step.weight)}" for step in link.steps]
    total = bits_text(link.steps[-1].total if link.steps else 0.0)
    return (
        f"{' ; '.join(said)}. Au total {total} bits, soit une probabilité de "
        f"{percent_text(link.probability)} d'être la même entreprise ({link.told_fate})."
    )


def _title(link: Link) -> str:
    return f"{_cut(link.left)} et {_cut(link.right)} : {percent_text(link.probability)}"


def _names(link: Link) -> str:
    return " et ".join(_cut(face.name or "entrepreneur individuel") for face in link.faces)


def _scale(totals: Sequence[float]) -> Callable[[float], float]:
    """Where a total lies between the left and the right end of the bars."""
    low, high = min(totals), max(totals)
    pixels = (_TO - _FROM) / ((high - low) or 1.0)
    return lambda total: round(_FROM + (total - low) * pixels, 1)


def _step(top: int, step: Step, at: Callable[[float], float]) -> str:
    colour = _PLAIN if step.signal == "prior" else _FOR if step.weight >= 0 else _AGAINST
    ends = (step.total - step.weight, step.total)
    return _row(top, (step.label, step.finding), ends, at, colour, step.probability)


def _row(
    top: int,
    said: tuple[str, str],
    ends: tuple[float, float],
    at: Callable[[float], float],
    colour: str,
    probability: float,
) -> str:
    """Two lines of text, the bar between two totals with its weight beside it, the probability after it."""
    left, right = sorted((at(ends[0]), at(ends[1])))
    # A weight of nearly nothing is still seen.
    width = max(right - left, 1.5)
    next_row = (
        f'<line x1="{at(ends[1])}" y1="{top + _BAR}" x2="{at(ends[1])}" y2="{top + _ROW}" stroke="{colour}"/>'
    )
    return "\n".join(
        [
            _text(_LABELS, top + 14, _cut(said[0]), weight="bold"),
            _text(_LABELS, top + 32, _cut(said[1]), size=12),
            f'<rect x="{left}" y="{top}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>',
            _text(right + 6, top + 16, bits_text(ends[1] - ends[0])),
            _text(_END, top + 16, percent_text(probability), anchor="end"),
            *([] if said[0] == _TOTAL else [next_row]),
        ]
    )


def _text(
    x: float, y: float, content: str, *, size: int = 14, weight: str = "normal", anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
        f'fill="{_TEXT}">{_plain(content)}</text>'
    )


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _plain(text: str) -> str:
    return escape(visible(text))
