"""What became of a deck after all of its runs, as a campaign's bench reports it."""

from collections.abc import Sequence

from lab.bench import CastFilm, DeckOutcome
from lab.records import DeckLoad, DishPosition, RobotRun, RunCharge, RunStatus
from robot_protocols.running.standing import DeckHistory


def deck_outcome(
    deck: str, robot: str, history: DeckHistory, *, note: str = "", ledger: Sequence[DeckLoad | RunCharge] = ()
) -> DeckOutcome:
    """Return what became of a deck.

    Args:
        deck: Its label in the campaign.
        robot: Who ran it.
        history: The deck with all its runs.
        note: What went wrong on the way.
        ledger: What was put on the deck and used up, where it is not recorded otherwise.
    """
    films = tuple(
        CastFilm(DishPosition(label, *item.film.dish), item.state, item.steps)
        for label, item in history.standings.items()
    )
    status = RunStatus.SUCCEEDED if history.done else RunStatus.FAILED
    transfers = tuple(item for plan, reckoning in history.ran for item in reckoning.transfers(plan, deck))
    return DeckOutcome(RobotRun(deck, robot, status, note), transfers, films, tuple(ledger))
