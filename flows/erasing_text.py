"""What an erasure found and did, for people; never the data itself."""

from collections.abc import Iterator

from flows.erasing import Erased
from flows.holdings import WHERE
from flows.people import Subject
from transforms.wording import plural

_NAMED = 6


def shown_text(found: Subject, would: Erased) -> str:
    """What would be erased, and what to think of before it is."""
    if not would.values and not would.by_hand:
        return "\n".join(["Rien de tel n'est détenu : il n'y a rien à effacer.", *_unseen(would)])
    what = "les contacts de cet adhérent" if found.is_member else "cette personne"
    lines = [f"Effacer {what} changerait :", *_counts(would), *_members(would), *_warnings(found, would)]
    lines += [
        "Les fiches restent : une entreprise n'est pas une personne. Ce que détiennent une sauvegarde, un "
        "fichier déjà remis ou l'export chez le réseau n'est pas touché.",
        "Rien n'a été changé. Le détail : alliage access. Pour effacer : la même commande avec --yes.",
    ]
    return "\n".join(lines)


def erased_text(done: Erased) -> str:
    """What was erased, and what is left to do."""
    told = [remark.text for remark in done.remarks]
    if done.erasure_id is None:
        return "\n".join([*told, "Rien de tel n'est détenu : il n'y avait rien à effacer."])
    if done.receipt is None:
        return "\n".join([*told, *_counts(done), *_unseen(done)])
    return "\n".join(
        [
            *told,
            f"Effacement {done.erasure_id} terminé :",
            *_counts(done),
            f"  - reçu, sans les données : {done.receipt} ; à lire et à garder : "
            f"{done.receipt.with_suffix('.html').name}, à côté",
            *_unseen(done),
            *_unclear(done),
            "Un export qui les ramènerait serait vidé de ces données avant d'être lu.",
            "À faire : demander au réseau de les ôter de son propre fichier ; appliquer la durée de "
            "conservation aux sauvegardes.",
        ]
    )


def _counts(told: Erased) -> Iterator[str]:
    for kind, where in WHERE.items():
        if count := told.values.get(kind):
            yield f"  - {where} : {plural(count, 'valeur', 'valeurs')}{_named(told, kind)}"
    if told.values:
        yield f"  en tout : {plural(sum(told.values.values()), 'valeur', 'valeurs')}"
    for path in told.by_hand:
        yield f"  - à traiter à la main, car Alliage ne sait pas récrire ce fichier : {path}"


def _named(told: Erased, kind: str) -> str:
    """The files, each with its folder; of many versions the first few."""
    names = [f"{path.parent.name}/{path.name}" for path in told.files.get(kind, ())]
    more = f" et {plural(len(names) - _NAMED, 'autre', 'autres')}" if len(names) > _NAMED else ""
    return f" ({', '.join(names[:_NAMED])}{more})" if names else ""


def _unseen(told: Erased) -> Iterator[str]:
    if told.unseen:
        yield (
            f"Alliage n'a pas pu regarder dans : {', '.join(told.unseen)}. Rien ne prouve que ces données "
            "n'y sont pas : à vérifier à la main ; le reçu d'un effacement le dit aussi."
        )


def _unclear(told: Erased) -> Iterator[str]:
    if told.unclear:
        yield (
            f"Le contact de {', '.join(told.unclear)} nomme plusieurs personnes, et rien ne dit de qui est "
            "un courriel ou un téléphone : il reste. S'il est de la personne effacée, l'effacer à son tour."
        )


def _members(would: Erased) -> Iterator[str]:
    if would.members:
        yield f"Fiches concernées : {', '.join(would.members)}."


def _warnings(found: Subject, would: Erased) -> Iterator[str]:
    if would.companies:
        yield (
            f"La raison sociale ou l'enseigne de {', '.join(would.companies)} nomme cette personne : « … » y "
            "prendra la place du nom. --keep-company-name la laisse."
        )
    if would.homonyms:
        others = plural(would.homonyms, "autre fiche nomme", "autres fiches nomment")
        yield (f"{others} quelqu'un du même nom : rien ne dit que c'est la même personne, on n'y touche pas.")
    if found.question.name and len({row.member for row in found.rows}) > 1 and not found.is_member:
        yield (
            "Plusieurs fiches portent ce nom. Si ce ne sont pas la même personne, demander par son courriel "
            "ou son téléphone."
        )
    yield from _unclear(would)
    yield from _unseen(would)
    if found.shared:
        yield ("Un téléphone ou un courriel sert aussi à quelqu'un d'autre : il n'est ôté que d'ici.")
