"""What a judgement would do, told in one French sentence."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from transforms.wording import euros, number, plural

if TYPE_CHECKING:
    from flows.effect import Effect

_MINUS = "\u2212"


def sentence(effect: "Effect") -> str:
    """Such as « Fusionne 2 fiches ; +1 doublon à Lyon ; la cotisation passe de 900 € à 400 €. »."""
    parts = "\u00a0; ".join(_parts(effect))
    return f"{parts[:1].upper()}{parts[1:]}."


def _parts(effect: "Effect") -> Iterator[str]:
    if effect.kind == "none":
        yield _nothing(effect)
    elif effect.kind == "vain":
        verb = "s'y oppose" if len(effect.against) == 1 else "s'y opposent"
        yield f"ne serait pas suivi : {' et '.join(effect.against)} {verb}"
    elif effect.kind == "split":
        yield _separated(effect)
        yield from _doubles(effect)
    else:
        yield _merged(effect)
        yield from _doubles(effect)
        yield from _fees(effect)
        yield from _jobs(effect)


def _nothing(effect: "Effect") -> str:
    if effect.verdict == "unsure":
        return "ne change rien : la paire quitte la file"
    if effect.verdict == "same":
        return "confirme que ces fiches vont ensemble : rien ne change"
    return "confirme deux entreprises : rien ne change, la paire quitte la file"


def _merged(effect: "Effect") -> str:
    left, right = effect.sizes
    told = f"fusionne {plural(left + right, 'fiche', 'fiches')}"
    return told if left == right == 1 else f"{told} ({number(left)} et {number(right)})"


def _separated(effect: "Effect") -> str:
    left, right = effect.sizes
    if not right:
        others = plural(left - 2, "autre", "autres")
        where = f" ; la prochaine fusion dira où {'va' if left == 3 else 'vont'} {others}"
        return f"sépare ces deux fiches{where if left > 2 else ''}"
    if left == right == 1:
        return "sépare ces deux fiches en deux entreprises"
    return f"sépare {plural(left, 'fiche', 'fiches')} de {plural(right, 'autre', 'autres')}"


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
    if effect.fee_today is not None and effect.fee_grid_after is not None:
        yield (
            f"la cotisation passe de {euros(effect.fee_today)} aujourd'hui à {euros(effect.fee_grid_after)} "
            "selon la grille commune"
        )
    elif effect.fee_today is not None:
        yield f"cotisations réunies : {euros(effect.fee_today)}"


def _jobs(effect: "Effect") -> Iterator[str]:
    if effect.jobs_twice:
        one, many = "emploi n'est plus compté deux fois", "emplois ne sont plus comptés deux fois"
        yield plural(round(effect.jobs_twice), one, many)
