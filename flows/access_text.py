"""The answer to a request of access, as lines for whoever answers it."""

from collections.abc import Iterator
from pathlib import Path

from flows.access import KINDS, Held, by_file, place_text
from flows.holdings import counted, places_text
from flows.plain_page import printable
from transforms.wording import plural

NOTHING = "Rien n'est détenu sur cette personne ou cet adhérent."


def access_text(held: Held, page: Path | None = None) -> str:
    """What is held, place by place."""
    if not held.holdings:
        return "\n".join([NOTHING, *_notes(held)])
    lines = [count_text(held)]
    for path, found in by_file(held).items():
        lines.append(f"\n{path} ({KINDS[found[0].kind]}, {plural(len(found), 'valeur', 'valeurs')})")
        lines += [f"  - {place_text(one)} : {printable(one.value)}" for one in found]
    lines += ["", *_notes(held)]
    if page is not None:
        lines.append(f"Page écrite, lisible par vous seul : {page} ; à effacer une fois remise.")
    return "\n".join(lines)


def count_text(held: Held) -> str:
    """How many values are held, and where those are that an erasure would empty (French)."""
    personal = counted(held.holdings)
    total, theirs = len(held.holdings), sum(personal.values())
    told = plural(total, "valeur détenue", "valeurs détenues")
    if theirs == total:
        return f"{told} : {places_text(personal)}."
    return f"{told}, dont {plural(theirs, 'personnelle', 'personnelles')} : {places_text(personal)}."


def _notes(held: Held) -> Iterator[str]:
    if held.members:
        yield f"Fiches concernées : {', '.join(held.members)}."
    if held.homonyms:
        yield (
            f"{plural(held.homonyms, 'autre fiche nomme', 'autres fiches nomment')} quelqu'un du même nom : "
            "rien ne dit que c'est la même personne, elles sont laissées de côté."
        )
    if held.unread:
        yield f"Non lus, à regarder à la main avant de répondre : {', '.join(held.unread)}."
    if held.erasures:
        yield (
            f"La liste des effacements tient {plural(held.erasures, 'entrée', 'entrées')}, sous forme "
            "d'empreintes à clé dont rien ne se relit."
        )
