"""The answer to a request of access: lines for a terminal, and a page to be handed over."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from flows.access import KINDS, Held, by_file, place_text
from transforms.moments import moment_text
from transforms.wording import plural

_NOTHING = "Rien n'est détenu sur cette personne ou cet adhérent."
_PAGE = """<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="robots" content="noindex">
<title>Données détenues</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }}
th, td {{ border: 1px solid #767676; padding: .3rem .5rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }}
th {{ background: #eef1f6; }}
h2 {{ font-size: 1.1rem; overflow-wrap: anywhere; }}
</style>
</head>
<body>
<main>
<h1>Données détenues</h1>
{body}
</main>
</body>
</html>
"""


def access_text(held: Held, page: Path | None = None) -> str:
    """What is held, place by place."""
    if not held.holdings:
        return "\n".join([_NOTHING, *_notes(held)])
    lines = [f"{plural(len(held.holdings), 'valeur détenue', 'valeurs détenues')} :"]
    for path, found in by_file(held).items():
        lines.append(f"\n{path} ({KINDS[found[0].kind]})")
        lines += [f"  - {place_text(one)} : {_shown(one.value)}" for one in found]
    lines += ["", *_notes(held)]
    if page is not None:
        lines.append(f"Page écrite, lisible par vous seul : {page} ; à effacer une fois remise.")
    return "\n".join(lines)


def access_page(held: Held) -> str:
    """The same as an HTML page without scripts, links or anything to load; every text of a file is inert."""
    parts = [
        f"<p>Demande : {escape(held.query)}. Réponse établie le {moment_text(held.asked_at)}"
        f" : {plural(len(held.holdings), 'valeur détenue', 'valeurs détenues')}.</p>"
    ]
    if not held.holdings:
        parts.append(f"<p>{_NOTHING}</p>")
    for path, found in by_file(held).items():
        parts.append(f"<h2>{escape(KINDS[found[0].kind].capitalize())} : {escape(Path(path).name)}</h2>")
        rows = "\n".join(
            f"<tr><td>{escape(place_text(one))}</td><td>{escape(one.member or '')}</td>"
            f"<td>{escape(_shown(one.value))}</td></tr>"
            for one in found
        )
        head = '<tr><th scope="col">Où</th><th scope="col">Fiche</th><th scope="col">Valeur</th></tr>'
        parts.append(
            f"<p>{escape(path)}</p>\n<table>\n<thead>{head}</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
        )
    parts += [f"<p>{escape(note)}</p>" for note in _notes(held)]
    return _PAGE.format(body="\n".join(parts))


def _notes(held: Held) -> Iterator[str]:
    if held.members:
        yield f"Fiches concernées : {', '.join(held.members)}."
    if held.homonyms:
        yield (
            f"{plural(held.homonyms, 'autre fiche nomme', 'autres fiches nomment')} quelqu'un du même nom : "
            "rien ne dit que c'est la même personne, elles sont laissées de côté."
        )
    if held.unread:
        yield f"Non lus, à regarder à la main : {', '.join(held.unread)}."
    if held.erasures:
        yield (
            f"La liste des effacements tient {plural(held.erasures, 'entrée', 'entrées')}, sous forme "
            "d'empreintes à clé dont rien ne se relit."
        )


def _shown(value: str) -> str:
    """A value on one line, without signs that cannot be seen."""
    return "".join(sign if sign.isprintable() else " " for sign in value)
