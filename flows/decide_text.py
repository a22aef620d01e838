"""What became of decisions, told to stewards in French."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from flows.decide import Decided, Decisions, Listed, Result, Revoked
from transforms.matching import labels
from transforms.matching.decisions.proposals import visible
from transforms.wording import plural

_SHOWN = 30
_WITH_NUMBERS = ("contradicted", "replaced")


def decided_text(decided: Decided) -> str:
    """French lines: what was recorded, what was not and why, and when it counts."""
    if len(decided.results) == 1 and decided.results[0].line is None:
        lines = [_one(decided.results[0])]
    else:
        lines = [", ".join(_counts(decided.counts)) + ".", *_refused(decided.results)]
    if decided.counts["recorded"]:
        lines.append("La prochaine fusion en tiendra compte.")
    return "\n".join(lines)


def revoked_text(revoked: Revoked) -> str:
    """One French line."""
    by = f" par {revoked.revoked_by}" if revoked.revoked_by else ""
    if revoked.changed:
        again = f" {revoked.again}, sur la même paire, compte de nouveau." if revoked.again else ""
        return f"Décision {revoked.decision_id} retirée{by}.{again} La prochaine fusion en tiendra compte."
    day = _day(revoked.revoked_at)
    return f"La décision {revoked.decision_id} est déjà retirée{by}, {day} : rien n'a changé."


def listed_text(found: Decisions) -> str:
    """French lines, one a decision; those that were not followed say why."""
    if not found.decisions:
        return f"Aucune décision dans {found.log}."
    lines = [_listed_line(one) for one in found.decisions]
    counts = Counter(one.outcome for one in found.decisions)
    vain = counts["contradicted"] + counts["two_sirens"]
    total = plural(len(found.decisions), "décision", "décisions")
    lines.append(f"{total}, dont {plural(vain, 'non suivie', 'non suivies')}.")
    if found.torn_line:
        lines.append(
            f"La ligne {found.torn_line} du journal est coupée, jamais confirmée : elle n'est pas lue."
        )
    return "\n".join(lines)


def _one(result: Result) -> str:
    said = f"{result.left} et {result.right}, {labels.verdict(result.decided or '')}"
    if result.status == "known":
        return f"Déjà décidé ({result.decision_id}) : {said}. Rien n'a changé."
    replaced = f" Elle remplace {result.replaced}." if result.replaced else ""
    warning = f"\nEnregistrée malgré ceci : {result.message}" if result.message else ""
    return f"Décision {result.decision_id} enregistrée : {said}.{replaced}{warning}"


def _counts(counts: dict[str, int]) -> list[str]:
    return [
        plural(counts["recorded"], "décision enregistrée", "décisions enregistrées"),
        plural(counts["known"], "déjà en vigueur", "déjà en vigueur"),
        plural(counts["refused"], "ligne refusée", "lignes refusées"),
    ]


def _refused(results: Sequence[Result]) -> list[str]:
    refused = [result for result in results if result.status == "refused" and result.problem]
    lines = [_refused_line(result) for result in refused[:_SHOWN]]
    more = len(refused) - _SHOWN
    return [*lines, *([f"  … et {plural(more, 'autre', 'autres')} ; la liste entière : --json"] * (more > 0))]


def _refused_line(result: Result) -> str:
    problem = result.problem or {}
    found, to_do = f"Trouvé : {problem['found']}.", f"À faire : {problem['next_step']}."
    return "  " + visible(f"- ligne {result.line} : {problem['what']} {found} {to_do}")


def _listed_line(one: Listed) -> str:
    decision = one.decision
    ends = " et ".join(":".join(end) for end in decision.pair)
    reason = f", « {visible(decision.reason)} »" if decision.reason else ""
    against = f" {one.against}" if one.against and one.outcome in _WITH_NUMBERS else ""
    said = f"{labels.verdict(decision.verdict)} ({decision.steward}, {_day(decision.decided_at)}{reason})"
    return visible(f"{decision.decision_id}  {ends} : {said} — {labels.outcome(one.outcome)}{against}")


def _day(moment: datetime) -> str:
    return f"le {moment:%d/%m/%Y}"
