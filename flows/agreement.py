"""How well stewards agree with each other and with themselves, told in French."""

from transforms.matching.decisions.agreement import Agreement
from transforms.wording import decimal, percent, plural


def agreement_text(found: Agreement) -> str:
    """One French sentence: the figure, on how many pairs it rests, and what it means."""
    if found.observed is None:
        return "Accord entre juges : aucune paire n'a encore été jugée deux fois."
    pairs = plural(found.pairs, "paire jugée deux fois", "paires jugées deux fois")
    by_two = f"dont {found.between} par deux gestionnaires"
    shared = f"même verdict sur {percent(found.observed)}"
    if found.kappa is None:
        undefined = "κ n'est pas défini quand un seul verdict est donné"
        return f"Accord entre juges : {shared} de {pairs} ({by_two}) ; {undefined}."
    return f"Accord entre juges : κ = {decimal(found.kappa, 2)}, {shared} de {pairs} ({by_two})."
