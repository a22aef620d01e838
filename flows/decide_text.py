"""What became of decisions, told to stewards in French."""

from collections import Counter
from collections.abc import Sequence

from flows.agreement import agreement_text
from flows.decide import Decided, Result, Revoked
from flows.decision_list import Decisions, Listed
from transforms.matching import labels
from transforms.matching.decisions.recording import TwoSirensError
from transforms.moments import day_text
from transforms.stewards.words import visible
from transforms.wording import number, plural

_SHOWN = 30
_PUBLISHED = "Le pseudonyme et le motif sont publiés avec la décision : ils ne doivent nommer personne."


def decided_text(decided: Decided) -> str:
    """French lines: what was recorded, what was not and why, and when it counts."""
    if len(decided.results) == 1 and decided.results[0].line is None:
        lines = [_one(decided.results[0])]
    else:
        lines = [", ".join(_counts(decided)) + ".", *_refused(decided.results), *_recorded(decided.results)]
    if decided.counts["recorded"]:
        lines += [_when(decided.results), _PUBLISHED]
    return "\n".join([*lines, f"Journal : {decided.log}"])


def revoked_text(revoked: Revoked) -> str:
    """French lines: what was taken back, what counts now, and where the log is."""
    return f"{_revoked(revoked)}\nJournal : {revoked.log}"


def listed_text(found: Decisions) -> str:
    """French lines, one a decision; those that were not followed say why."""
    if not found.decisions:
        return f"Aucune décision dans {found.log}."
    lines = [_listed_line(one) for one in found.decisions]
    counts = Counter(one.outcome for one in found.decisions)
    vain = counts["contradicted"] + counts["two_sirens"]
    total = plural(len(found.decisions), "décision", "décisions")
    lines.append(f"{total}, dont {plural(vain, 'non suivie', 'non suivies')}.")
    if found.agreement.pairs:
        lines.append(agreement_text(found.agreement))
    if found.torn_line:
        lines.append(
            f"La ligne {found.torn_line} du journal est coupée, jamais confirmée : elle n'est pas lue."
        )
    return "\n".join(lines)


def _revoked(revoked: Revoked) -> str:
    by = f" par {revoked.revoked_by}" if revoked.revoked_by else ""
    if not revoked.changed:
        day = f"le {day_text(revoked.revoked_at)}"
        return f"La décision {revoked.decision_id} est déjà retirée{by}, {day} : rien n'a changé."
    done = f"Décision {revoked.decision_id} retirée{by}."
    if revoked.instead:
        return f"{done} Elle ne comptait plus, {revoked.instead} l'ayant remplacée : rien ne change."
    again = f" {revoked.again}, sur la même paire, compte de nouveau." if revoked.again else ""
    return f"{done}{again} La prochaine fusion en tiendra compte."


def _one(result: Result) -> str:
    said = f"{result.left} et {result.right}, {labels.verdict(result.decided or '')}"
    if result.status == "known":
        return f"Déjà décidé ({result.decision_id}) : {said}. Rien n'a changé."
    replaced = f" Elle remplace {result.replaced}." if result.replaced else ""
    replaced += f" Elle confirme {result.confirmed}." if result.confirmed else ""
    warning = f"\nEnregistrée malgré ceci : {result.message}" if result.message else ""
    return f"Décision {result.decision_id} enregistrée : {said}.{replaced}{warning}"


def _when(results: Sequence[Result]) -> str:
    """When what was recorded counts; a word that joins two SIREN waits for the right one."""
    recorded = [one for one in results if one.status == "recorded"]
    waiting = sum((one.problem or {}).get("kind") == TwoSirensError.__name__ for one in recorded)
    if not waiting:
        return "La prochaine fusion en tiendra compte."
    if waiting == len(recorded):
        return "La fusion n'en tiendra compte qu'une fois le SIREN faux corrigé."
    return (
        "La prochaine fusion en tiendra compte, sauf de celles qui attendent que le SIREN faux soit "
        f"corrigé : {number(waiting)}."
    )


def _counts(decided: Decided) -> list[str]:
    counts = decided.counts
    ids = [one.decision_id for one in decided.results if one.status == "recorded"]
    given = f" ({ids[0]}{f' à {ids[-1]}' if len(ids) > 1 else ''})" if ids else ""
    unjudged = counts.get("unjudged", 0)
    left_aside = plural(
        unjudged, "ligne sans verdict laissée de côté", "lignes sans verdict laissées de côté"
    )
    return [
        plural(counts["recorded"], "décision enregistrée", "décisions enregistrées") + given,
        plural(counts["known"], "déjà en vigueur", "déjà en vigueur"),
        plural(counts["refused"], "ligne refusée", "lignes refusées"),
        *[left_aside] * (unjudged > 0),
    ]


def _recorded(results: Sequence[Result]) -> list[str]:
    """Of the decisions of a file, those that replace another or were forced."""
    told = [
        *(
            f"  - ligne {one.line} : {one.decision_id} remplace {one.replaced}."
            for one in results
            if one.replaced
        ),
        *(
            f"  - ligne {one.line} : {one.decision_id} est enregistrée malgré ceci : {one.message}"
            for one in results
            if one.status == "recorded" and one.message
        ),
    ]
    return told[:_SHOWN] + _more(len(told))


def _refused(results: Sequence[Result]) -> list[str]:
    refused = [result for result in results if result.status == "refused" and result.problem]
    return [_refused_line(result) for result in refused[:_SHOWN]] + _more(len(refused))


def _more(count: int) -> list[str]:
    hidden = count - _SHOWN
    return [f"  … et {plural(hidden, 'autre', 'autres')} ; la liste entière : --json"] * (hidden > 0)


def _refused_line(result: Result) -> str:
    problem = result.problem or {}
    ends = f", {result.left} et {result.right}" if result.left else ""
    said = {"Trouvé": "found", "Attendu": "expected", "À faire": "next_step"}
    told = [f"{label} : {problem[part]}." for label, part in said.items() if problem[part]]
    return "  " + visible(f"- ligne {result.line}{ends} : {' '.join([problem['what'], *told])}")


def _listed_line(one: Listed) -> str:
    decision = one.decision
    ends = " et ".join(":".join(end) for end in decision.pair)
    reason = f", « {visible(decision.reason)} »" if decision.reason else ""
    said = (
        f"{labels.verdict(decision.verdict)} ({decision.steward}, le {day_text(decision.decided_at)}{reason})"
    )
    return visible(f"{decision.decision_id}  {ends} : {said} — {labels.outcome(one.outcome, one.against)}")
