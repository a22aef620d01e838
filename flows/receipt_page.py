"""The receipt of an erasure as a page to read and to keep; nothing in it tells who was erased."""

from collections import Counter
from collections.abc import Iterator

from flows.holdings import WHERE
from flows.plain_page import heading, listing, paragraph, plain_page, table
from transforms.moments import moment_text
from transforms.suppression.log import Erasure, Receipt
from transforms.wording import number, plural

_KINDS = {
    "email": ("courriel", "courriels"),
    "phone": ("téléphone", "téléphones"),
    "name": ("façon d'écrire le nom", "façons d'écrire le nom"),
}
_TO_DO = (
    "Demander au réseau d'ôter ces données de son propre fichier : sans cela, chaque export les ramène, et "
    "chaque fois elles sont vidées avant d'être lues.",
    "Appliquer la durée de conservation aux sauvegardes de l'installation.",
    "Reprendre ou supprimer les copies déjà remises : fichiers envoyés, tableaux d'analyse, messages.",
    "Répondre à la personne : la lettre type est dans la documentation sur les données personnelles.",
)


def receipt_page(receipt: Receipt, erasure: Erasure) -> str:
    """When, how much in which places, what is refused from now on, what was not looked into, what to do."""
    total = sum(receipt.values.values())
    rows = [
        (where.capitalize(), number(receipt.values[kind]))
        for kind, where in WHERE.items()
        if kind in receipt.values
    ]
    parts = [
        paragraph(
            f"Commencé le {moment_text(receipt.begun_at)}, terminé le {moment_text(receipt.ended_at)}, "
            f"par Alliage {receipt.alliage_version}. Ce reçu ne dit pas de qui il s'agit : "
            "le garder avec la demande."
        ),
        heading("Ce qui a été ôté"),
        paragraph(
            f"{plural(total, 'valeur', 'valeurs')}, sur {plural(receipt.rows, 'fiche', 'fiches')} "
            "d'adhérent. Une valeur est une cellule, une ligne de texte ou l'empreinte d'un téléphone."
        ),
        table(("Où", "Valeurs"), rows),
        paragraph(_exports(receipt)),
        heading("Ce qui est refusé désormais"),
        listing(_refused(receipt, erasure)),
    ]
    if receipt.not_looked_into:
        parts += [
            heading("Ce qu'Alliage n'a pas pu regarder"),
            paragraph("Rien ne prouve que ces données n'y sont pas : à vérifier à la main."),
            listing(one.rpartition("/")[2] for one in receipt.not_looked_into),
        ]
    parts += [heading("Ce qu'il reste à faire"), listing(_TO_DO)]
    return plain_page(f"Effacement {receipt.erasure_id}", parts)


def _exports(receipt: Receipt) -> str:
    if not receipt.exports:
        return "Aucun export ni classeur n'a dû être récrit."
    told = plural(
        len(receipt.exports), "export ou classeur a été récrit", "exports ou classeurs ont été récrits"
    )
    return f"{told} ; le reçu « {receipt.erasure_id}.json » a leurs empreintes avant et après."


def _refused(receipt: Receipt, erasure: Erasure) -> Iterator[str]:
    counts: Counter[str] = Counter(entry.kind for entry in erasure.entries)
    for kind, (one, several) in _KINDS.items():
        if counts[kind]:
            yield f"{plural(counts[kind], one, several)}, sous forme d'empreintes dont rien ne se relit"
    if receipt.keeps_names:
        yield "La raison sociale et l'enseigne gardent le nom, comme demandé"
