"""Texts of exports made fit for a page: nothing invisible, nothing endless, nothing that the browser obeys.

Escaping is Jinja's; what is done here is what escaping leaves: signs that turn the direction of reading, that
take no room or control a terminal, and texts so long that they would push everything else off the page.
"""

from typing import Any

from markupsafe import Markup, escape

from transforms.stewards.words import visible
from transforms.wording import number

LONGEST = 240


def shown(value: object, longest: int = LONGEST) -> str:
    """`value` as people may read it: visible signs only, at most `longest` of them and then how many."""
    text = str(value)
    # Cleaning is work a sign; what will be cut needs none.
    plain = visible(text[: longest * 4])
    if len(text) <= longest or (len(text) <= longest * 4 and len(plain) <= longest):
        return plain
    return f"{plain[:longest].rstrip()}… ({number(len(text))} caractères)"


def finalized(value: Any) -> Any:
    """What a template prints: markup of ours as it is, every other text as `shown`, nothing for None."""
    if value is None:
        return ""
    return value if isinstance(value, Markup | int | float) else shown(value, 1000)


def exact(value: object) -> Markup:
    """`value` escaped and otherwise untouched, for what a form sends back."""
    return escape(str(value))
