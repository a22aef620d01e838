"""What a merge would change, told to people: on a terminal, and as a report in the Prefect UI."""

from typing import Any

from flows.difference import count_block, example_blocks, settings_block
from flows.markdown import MOST_ROWS, blocks, bullets, inert, title
from flows.report_sections import stage_sections
from flows.reports import changes_section
from flows.runs import Run
from flows.simulation import Simulated
from transforms.gates import GateResult
from transforms.wording import plural

REPORT = "simulation-rapport"
_NOTHING_DONE = "Rien n'a été publié ni enregistré."


def simulation_text(found: Simulated) -> str:
    """French lines: the verdict, what would refuse, what would change."""
    parts = [
        [_verdict(found), _NOTHING_DONE],
        ["Contrôles qui refuseraient", *(f"  - {_told(one)}" for one in found.refused)]
        if found.refused
        else [],
        [found.law] if found.law else [],
        settings_block(found.settings),
        count_block(found.counts) if found.counts else [],
        *example_blocks(found.changes),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def simulation_report(found: Simulated, run: Run) -> str:
    """The same in Markdown, with what the stages told."""
    rows = [
        (one.kind, one.company_id, one.name, one.other_id, one.field, one.old, one.new)
        for one in found.changes
    ]
    heading = "Ce que la fusion changerait"
    return blocks(
        title(_verdict(found), 1),
        _NOTHING_DONE,
        f"{title('Contrôles qui refuseraient')}\n\n{bullets(inert(_told(one)) for one in found.refused)}"
        if found.refused
        else None,
        inert(found.law) if found.law else None,
        f"{title('Réglages modifiés')}\n\n{bullets(inert(str(one)) for one in found.settings)}"
        if found.settings
        else None,
        changes_section(found.counts, rows[:MOST_ROWS], len(rows), heading) if found.counts else None,
        *stage_sections(found.outcome, run.build, is_rehearsal=True),
    )


def simulation_json(found: Simulated) -> dict[str, Any]:
    """What a program wants to know."""
    told = found.model_dump(mode="json", exclude={"outcome"})
    return {**found.outcome.as_json({}), **told}


def _verdict(found: Simulated) -> str:
    if found.verdict == "published":
        end = " (ce serait la première publication)" if found.first else ""
        return f"Simulation : la fusion serait publiée{end}."
    if not found.refused:
        return "Simulation : la fusion serait refusée."
    by = plural(len(found.refused), "contrôle", "contrôles")
    return f"Simulation : la fusion serait refusée par {by}."


def _told(one: GateResult) -> str:
    source = f" ({one.source})" if one.source else ""
    return f"{one.gate}{source} : {one.found} ; attendu : {one.expected}. Pour le lever : --force {one.gate}"
