"""What a merge would change, as a flow that staff start from a form."""

from flows import progress as told
from flows.french_flow import french_flow
from flows.merge_members import walk
from flows.parameters import MergeParameters
from flows.report_names import without_contacts
from flows.runs import Run
from flows.simulation import Simulated, simulate
from flows.simulation_text import REPORT, simulation_report


@french_flow(
    "simulation",
    description="Fait toutes les étapes d'une fusion sur une copie et dit ce qui changerait. Rien n'est "
    "publié ni enregistré.",
    form="Options de la fusion à simuler : tout peut rester tel quel",
)
def simulate_merge(parameters: MergeParameters) -> Simulated:
    """Tell what a merge would change.

    Args:
        parameters: those of the merge.
    """
    return simulate(parameters, walk, _tell)


def _tell(found: Simulated, run: Run) -> None:
    told.ended()
    told.report(REPORT, lambda: without_contacts(simulation_report(found, run), run.build))
