"""Everything that the dashboard records, in one place: each act is checked against the role of who asks for it.

The pages hide what a viewer may not do; what they hide is refused here as well, as a page is no guard.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import attrs

from active_learning.campaign import requests
from dashboard.texts import text
from dashboard.views.photos import photo_folder
from lab import measuring, people
from lab.accounts import Person, Role
from lab.compositions import Composition
from lab.errors import InvalidInputError
from lab.grades import Grade
from lab.instruments.importing import ImportPlan, ImportRequest, plan_import
from lab.instruments.raw_files import RawFile, raw_name
from lab.instruments.recording import record_import
from lab.instruments.results import InstrumentResult
from lab.open_campaigns import OpenCampaign
from lab.people_checks import name_for_records
from lab.records import Course, Event, Measurement, WorkRequest
from lab.sheets import GradingPlan, Grid, plan_grading, record_grading
from robot_protocols.decks import Place
from robot_protocols.robot_client import Ot2Client, RobotFailure, RunAction
from robot_protocols.running import instructions
from robot_protocols.running.by_hand import check_refill
from robot_protocols.running.ledger_records import publish_ledgers
from robot_protocols.running.orders import give_order
from robot_protocols.running.places import RobotFolder, RunFolder


@attrs.frozen
class Desk:
    """A campaign as a person may change it. Every method raises `NotAllowedError` where the role is not enough."""

    campaign: OpenCampaign
    person: Callable[[], Person]
    """Says who asks, with the role that they have at this moment.

    It may raise `NotAllowedError` where they are not known any more.
    """

    def check_may(self, what: str, needed: Role = Role.OPERATOR) -> Person:
        """Return who asks.

        Args:
            what: Key of the act among the texts ``may``.
            needed: The role that it needs.

        Raises:
            NotAllowedError: If they may not.
            InvalidInputError: If they have no name that can stand in records.
        """
        asking = self.person()
        asking.check_may(needed, text(f"may.{what}"))
        return attrs.evolve(asking, name=name_for_records(asking.name))

    def grade(
        self, film: str, letter: Grade, *, note: str = "", photo: RawFile | None = None, correction: bool = False
    ) -> None:
        """Grade a film, with a photo if there is one; see `lab.people.grade`."""
        who = self.check_may("grade").name
        photos = []
        if photo is not None:
            name = f"{photo_folder(film)}/{raw_name(photo).removeprefix('raw/')}"
            stored = self.campaign.artefacts.put(name, photo.content)
            known = self.campaign.records().artefacts.get(name)
            photos = [] if known == stored else [stored]
        people.grade(self.campaign, film, letter, who, note=note, photos=photos, correction=correction)

    def approve(self, films: Sequence[str], note: str = "") -> None:
        """Approve proposed films; see `lab.people.approve`."""
        people.approve(self.campaign, films, self.check_may("decide").name, note=note)

    def refuse(self, films: Sequence[str], note: str = "") -> None:
        """Refuse proposed films; see `lab.people.refuse`."""
        people.refuse(self.campaign, films, self.check_may("decide").name, note=note)

    def propose(self, label: str, recipe: Composition) -> None:
        """Propose a film of a recipe; see `active_learning.campaign.proposing.propose_film`."""
        # The planner's room takes a second to load: not for those who only look.
        from active_learning.campaign.proposing import propose_film

        propose_film(self.campaign, label, recipe, self.check_may("propose").name)

    def sign_deck(self, deck: str) -> None:
        """Sign that a deck is loaded; see `lab.people.sign_deck`."""
        people.sign_deck(self.campaign, deck, self.check_may("sign").name)

    def record_drying(self, films: Sequence[str], temperature: float, hours: float) -> None:
        """Record that films are dry; see `lab.people.record_drying`."""
        people.record_drying(self.campaign, films, temperature, hours, self.check_may("dry").name)

    def plan_imports(
        self,
        groups: Mapping[tuple[str | None, str | None], Sequence[InstrumentResult]],
        *,
        replace: bool = False,
    ) -> list[ImportPlan]:
        """Say what would be recorded of instrument files, an import a group.

        Args:
            groups: Files by the film that they are of, if somebody says so, and the one that they wrongly name.
            replace: Whether earlier measurements are superseded.

        Raises:
            InvalidInputError: If files are refused (see `lab.instruments.importing.plan_import`), or if two groups tell
                the same of a film, of which one would be lost.
        """
        who = self.person().name
        records = self.campaign.records()
        plans: list[ImportPlan] = []
        told: dict[tuple[str, ...], str] = {}
        faults: list[str] = []
        for (film, instead_of), results in groups.items():
            request = ImportRequest(who, datetime.now(UTC), film, instead_of, replace)
            plan = plan_import(results, self.campaign.definition, records, request)
            both = dict.fromkeys(told[found.key] for found in plan.measurements if found.key in told)
            names = ", ".join(dict.fromkeys(result.raw.name for result in results))
            faults += [f"{names} and {others} tell the same of a film" for others in both]
            told |= {found.key: names for found in plan.measurements}
            plans.append(plan)
        if faults:
            hint = "choose the film for each of them: they are readings of one mean then"
            raise InvalidInputError("files", faults, hint=hint)
        return plans

    def plan_grading(self, grid: Grid, *, replace: bool = False) -> GradingPlan:
        """Say what would be recorded of a grading sheet; see `lab.sheets.plan_grading`."""
        who = self.person().name
        return plan_grading(grid, self.campaign.records(), who=who, at=datetime.now(UTC), replace=replace)

    def record_grading(self, plan: GradingPlan) -> None:
        """Record the grades of a sheet."""
        who = self.check_may("grade").name
        record_grading(self.campaign, attrs.evolve(plan, event=_now_by(who, plan.event)))

    def record_imports(self, plans: Sequence[ImportPlan]) -> None:
        """Record what instrument files say, import by import; see `lab.instruments.recording.record_import`."""
        who = self.check_may("measure").name
        for plan in plans:
            record_import(self.campaign, attrs.evolve(plan, event=_now_by(who, plan.event)))

    def reject(self, film: str, property_name: str, reason: str, *, seen: Measurement | None = None) -> None:
        """Say that a measured value is not to be used; see `lab.measuring.reject_measurement`."""
        who = self.check_may("measure").name
        measuring.reject_measurement(self.campaign, film, property_name, reason, who, seen=seen)

    def decide_course(self, after: str, course: Course, note: str = "") -> None:
        """Decide whether the loops go on; see `lab.people.decide_course`."""
        people.decide_course(self.campaign, after, course, self.check_may("course").name, note=note)

    def request_training(self) -> None:
        """Ask for the models to be trained once more; see `active_learning.campaign.requests`."""
        requests.request_training(self.campaign, self.check_may("ask").name)

    def request_simulations(self, names: Sequence[str]) -> None:
        """Ask for simulations; see `active_learning.campaign.requests`."""
        requests.request_simulations(self.campaign, names, self.check_may("ask").name)

    def withdraw_requests(self, asked: Sequence[WorkRequest]) -> None:
        """Withdraw what was asked for; see `active_learning.campaign.requests`."""
        requests.withdraw_requests(self.campaign, asked, self.check_may("ask").name)

    def order(self, run: RunFolder, action: RunAction) -> RobotFailure | None:
        """Tell a run to pause, go on or stop; see `robot_protocols.running.orders.give_order`."""
        return give_order(run, action, self.check_may("robot").name, Ot2Client)

    def go_on(self, run: RunFolder, answers: Mapping[str, str], plan_sha256: str) -> None:
        """Say that a deck is ready to be gone on with; see `robot_protocols.running.instructions`."""
        who = self.check_may("robot").name
        instructions.instruct(run, instructions.Instruction(who, dict(answers), plan_sha256))

    def give_up(self, run: RunFolder) -> None:
        """Say that a deck is not gone on with; see `robot_protocols.running.instructions`."""
        instructions.give_up(run, self.check_may("robot").name)

    def swap_rack(self, folder: RobotFolder, robot: str, slot: int) -> None:
        """Record that a full tip rack was put on a robot's deck.

        Raises:
            StoreBusyError: If a run is using the deck.
        """
        who = self.check_may("refill").name
        with folder.only_user(robot), folder.ledger(robot) as ledger:
            ledger.swap_rack(slot, who)
        publish_ledgers(self.campaign, folder)

    def refill(self, folder: RobotFolder, robot: str, place: Place, stock: str, volume: float) -> None:
        """Record that a container on a robot's deck holds a volume of a stock now, uL.

        Raises:
            InvalidInputError: If the container does not hold as much.
            StoreBusyError: If a run is using the deck.
        """
        who = self.check_may("refill").name
        check_refill(folder, robot, place, volume)
        with folder.only_user(robot), folder.ledger(robot) as ledger:
            ledger.refill(place, stock, volume, who)
        publish_ledgers(self.campaign, folder)


def _now_by(who: str, planned: Event) -> Event:
    """Return an event as it happens: the page that planned it may have been open since yesterday."""
    return attrs.evolve(planned, who=who, at=datetime.now(UTC))
