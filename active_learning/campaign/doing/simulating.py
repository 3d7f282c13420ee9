"""Simulations that people asked for, as records of the campaign."""

from active_learning.campaign.actions import Action
from active_learning.campaign.doing.context import DoingContext, Outcome
from lab.errors import WorkspaceError
from lab.records import Records


def simulate(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Put an atomic model through a mechanical test; one that was cut short goes on.

    A test that fails is an outcome too: the record says why. One that was cut off is none: it stays asked for.

    Raises:
        WorkspaceError: If LAMMPS was killed or the disk is full.
    """
    from md_sim.campaign_studies import FOLDER
    from md_sim.engine import ONE_PROCESS
    from md_sim.recording import new_records, source_of
    from md_sim.studies import Task
    from md_sim.studies import simulate as run

    # Where `filmlab md study` keeps its simulations: what one of both has finished, the other reads.
    place = context.artefacts.root.parent / FOLDER
    folder_name, result = run(Task.named(action.subject), str(place), ONE_PROCESS)
    if not result.lasting:
        raise WorkspaceError(
            f"the simulation {action.subject} was cut off: {result.reason}",
            hint="run the same command again: it goes on from the newest checkpoint",
        )
    added = new_records(context.artefacts, records, place / folder_name, result)
    return Outcome(tuple(added), source=source_of(result), supersede=True, simulated=False)
