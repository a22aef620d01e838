"""A refit told in French."""

from flows.refit import Refitted, Undone, french
from transforms.matching import labels
from transforms.matching.refitting.weight_log import NamedWeights, Refit
from transforms.wording import plural

_LEAST_TOLD = 0.05
_TITLES = {
    "recorded": "Poids réajustés sur {decisions} ({refit_id}). La prochaine fusion les prendra.",
    "tried": "Essai : les poids seraient réajustés sur {decisions}. Rien n'est enregistré.",
    "known": "Rien de nouveau : les poids en vigueur ({refit_id}) viennent déjà de {decisions}.",
}
_LEFT_ASIDE = {
    "unsure": ("« ne sait pas »", "« ne sait pas »"),
    "pending": ("attend la prochaine fusion", "attendent la prochaine fusion"),
    "gone": (
        "porte sur une fiche qui n'est plus dans les exports",
        "portent sur une fiche qui n'est plus dans les exports",
    ),
    "not_followed": ("n'a pas été suivie", "n'ont pas été suivies"),
    "by_law": ("porte sur deux SIREN différents", "portent sur deux SIREN différents"),
}


def refitted_text(refitted: Refitted) -> str:
    """French lines: on what it rests, whether it helps, what changes, and how to go back."""
    refit = refitted.refit
    title = _TITLES[refitted.verdict].format(
        decisions=plural(refit.decisions, "décision", "décisions"), refit_id=refit.refit_id
    )
    lines = [title, *(f"  - {line}" for line in [*_basis(refit), *_left_aside(refitted.counts)])]
    if refitted.verdict == "known":
        return "\n".join(lines)
    lines += ["", "Ce qui change, en bits :", *_changes(refit.before, refit.after)]
    if refitted.verdict == "recorded":
        lines += ["", f"Pour revenir aux poids d'avant : alliage refit --undo. Journal : {refitted.log}"]
    return "\n".join(lines)


def undone_text(undone: Undone) -> str:
    """Which weights stand again."""
    stands = f"ceux de {undone.restores}" if undone.restores else "ceux qui sont livrés avec Alliage"
    if undone.verdict == "tried":
        return (
            f"Essai : {undone.undoes} serait annulé, et les poids seraient {stands}. Rien n'est enregistré."
        )
    return f"{undone.undoes} est annulé : les poids de la prochaine fusion sont {stands}."


def _basis(refit: Refit) -> list[str]:
    lines = [
        f"paires à juger : {refit.same} « même entreprise », {refit.different} « entreprises différentes »",
        f"perte sur des paires que le réajustement n'a pas vues : {french(refit.log_loss_after)}, contre "
        f"{french(refit.log_loss_before)} avec les poids livrés (plus bas, c'est mieux)",
    ]
    if refit.outside:
        lines.insert(1, f"hors de la file : {plural(refit.outside, 'décision', 'décisions')}, à faible poids")
    return lines


def _left_aside(counts: dict[str, int]) -> list[str]:
    told = [plural(counts[kind], *words) for kind, words in _LEFT_ASIDE.items() if counts[kind]]
    return [f"décisions laissées de côté : {', '.join(told)}"] if told else []


def _changes(before: NamedWeights, after: NamedWeights) -> list[str]:
    """One line a weight that moves enough to be told, the farthest first."""
    moves = [("prior", "any", before.prior, after.prior)]
    moves += [
        (signal, level, bits, after.signals[signal][level])
        for signal, levels in before.signals.items()
        if signal in after.signals
        for level, bits in levels.items()
        if level in after.signals[signal]
    ]
    told = sorted(
        (move for move in moves if abs(move[3] - move[2]) >= _LEAST_TOLD),
        key=lambda move: -abs(move[3] - move[2]),
    )
    return [_change(*move) for move in told] or ["  - rien qui dépasse un vingtième de bit"]


def _change(signal: str, level: str, before: float, after: float) -> str:
    name, finding = labels.signal(signal), labels.finding(signal, level)
    return f"  - {name}, {finding} : {french(before, 2)} \u2192 {french(after, 2)}"
