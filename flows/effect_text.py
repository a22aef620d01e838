"""What a judgement would do, told in one French sentence."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from transforms.wording import euros, number, plural

if TYPE_CHECKING:
    from flows.effect import Effect

_MINUS = "\u2212"


def sentence(effect: "Effect") -> str:
    """Such as « À la prochaine fusion, réunit 2 fiches en une entreprise, comptée une fois ; … »."""
    parts = "\u00a0; ".join(_parts(effect))
    return f"{parts[:1].upper()}{parts[1:]}."


def _parts(effect: "Effect") -> Iterator[str]:
    if effect.kind == "none":
        yield _nothing(effect)
    elif effect.kind == "vain":
        verb = "s'y oppose" if len(effect.against) == 1 else "s'y opposent"
        yield f"ne serait pas suivi : {' et '.join(effect.against)} {verb}"
        if effect.against[0].startswith("SIREN"):
            yield "dire d'abord lequel est le bon"
    elif effect.kind == "split":
        yield _separated(effect)
        yield from _doubles(effect)
    else:
        yield _merged(effect)
        yield from _doubles(effect)
        yield from _jobs(effect)
        yield from _fees(effect)


def _nothing(effect: "Effect") -> str:
    if effect.verdict == "unsure":
        return "ne change rien : la paire quitte la file"
    if effect.verdict == "same":
        return "confirme que ces fiches vont ensemble : rien ne change"
    return "confirme deux entreprises : rien ne change, la paire quitte la file"


def _merged(effect: "Effect") -> str:
    left, right = effect.sizes
    sizes = "" if left == right == 1 else f" ({number(left)} et {number(right)})"
    records = plural(left + right, "fiche", "fiches")
    return f"à la prochaine fusion, réunit {records}{sizes} en une entreprise, comptée une fois"


def _separated(effect: "Effect") -> str:
    left, right = effect.sizes
    if not right:
        others = plural(left - 2, "autre", "autres")
        where = f" ; elle dira où {'va' if left == 3 else 'vont'} {others}"
        return f"à la prochaine fusion, sépare ces deux fiches{where if left > 2 else ''}"
    if left == right == 1:
        return "à la prochaine fusion, sépare ces deux fiches en deux entreprises"
    records, others = plural(left, "fiche", "fiches"), plural(right, "autre", "autres")
    return f"à la prochaine fusion, sépare {records} de {others}"


def _doubles(effect: "Effect") -> Iterator[str]:
    if effect.doubles:
        sign = "+" if effect.doubles > 0 else _MINUS
        told = plural(abs(effect.doubles), "doublon", "doublons")
        yield f"{sign}{told}{_at(effect.place)}"


def _at(place: str | None) -> str:
    """« à Lyon », « au Péage », « aux Abrets »."""
    if not place:
        return ""
    for article, written in (("Les ", "aux "), ("Le ", "au ")):
        if place.startswith(article):
            return f" {written}{place.removeprefix(article)}"
    return f" à {place}"


def _fees(effect: "Effect") -> Iterator[str]:
    """The fees stay what they are: the common grid is a comparison, nothing that a judgement sets."""
    if effect.fee_today is None:
        return
    yield f"les cotisations ne changent pas ({euros(effect.fee_today)} en tout)"
    if effect.fee_grid_after is not None:
        yield f"pour comparaison, selon la grille commune\u00a0: {euros(effect.fee_grid_after)}"


def _jobs(effect: "Effect") -> Iterator[str]:
    if effect.jobs_twice:
        one, many = "emploi n'est plus compté deux fois", "emplois ne sont plus comptés deux fois"
        yield plural(round(effect.jobs_twice), one, many)
