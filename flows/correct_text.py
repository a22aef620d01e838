"""What became of corrections, told to stewards in French."""

from flows.correct import Corrected, Corrections, Listed, TakenBack
from transforms import reference
from transforms.moments import day_text
from transforms.stewards.words import visible
from transforms.wording import plural

_NEXT = "La prochaine fusion en tiendra compte."
_PUBLISHED = "Le pseudonyme, la valeur et le motif sont publiés : ils ne doivent nommer personne."


def corrected_text(done: Corrected) -> str:
    """French lines: what was recorded, what it replaces, when it counts."""
    said = f"{done.label} de {done.company_id} : {done.value}"
    if not done.changed:
        lines = [f"Déjà corrigé ({done.correction_id}) : {said}. Rien n'a changé."]
    else:
        before = f" au lieu de {done.before}" if done.before and done.before != done.value else ""
        replaced = f" Elle remplace {done.replaced}." if done.replaced else ""
        recorded = f"Correction {done.correction_id} enregistrée. {said}{before}.{replaced}"
        lines = [recorded, joining_text(done) or _NEXT, _PUBLISHED]
    return "\n".join([*map(visible, lines), f"Journal : {done.log}"])


def joining_text(done: Corrected) -> str:
    """What a SIREN that other companies bear will do; empty where none does."""
    if not done.joins:
        return ""
    return (
        f"La prochaine fusion réunira {done.company_id} avec {' et '.join(done.joins)}, "
        f"{'qui porte' if len(done.joins) == 1 else 'qui portent'} ce SIREN, sauf décision "
        "« différentes » ; si tout le reste les oppose, la paire sera à juger."
    )


def taken_back_text(taken: TakenBack) -> str:
    """French lines: what was taken back, and what counts now."""
    by = f" par {taken.revoked_by}" if taken.revoked_by else ""
    if not taken.changed:
        day = f"le {day_text(taken.revoked_at)}"
        said = f"La correction {taken.correction_id} est déjà retirée{by}, {day} : rien n'a changé."
    else:
        now = (
            f"{taken.again} compte de nouveau" if taken.again else "les exports donnent de nouveau la valeur"
        )
        said = f"Correction {taken.correction_id} retirée{by} : {now}. {_NEXT}"
    return f"{said}\nJournal : {taken.log}"


def corrections_text(found: Corrections) -> str:
    """French lines, one a correction."""
    if not found.corrections:
        return f"Aucune correction dans {found.log}."
    lines = [_line(one) for one in found.corrections]
    standing = sum(one.correction.revoked_at is None for one in found.corrections)
    total = plural(len(found.corrections), "correction", "corrections")
    lines.append(f"{total}, dont {plural(standing, 'non retirée', 'non retirées')}.")
    if found.torn_line:
        lines.append(
            f"La ligne {found.torn_line} du journal est coupée, jamais confirmée : elle n'est pas lue."
        )
    return "\n".join(lines)


def _line(one: Listed) -> str:
    said = one.correction
    reason = f", « {said.reason} »" if said.reason else ""
    by = f"{said.steward}, le {day_text(said.corrected_at)}{reason}"
    outcome = reference.load("corrections")["outcomes"][one.outcome]
    became = f"{outcome} {one.against}" if one.against else outcome
    return visible(f"{said.correction_id}  {one.company_id}, {one.label} : {said.value} ({by}) — {became}")
