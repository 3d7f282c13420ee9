"""The virtual bench: hands, robot, oven, grader and instruments in the film world, behind `lab.bench.Bench`.

Every answer depends on the campaign's seed and the label of the film or deck only, so that an action done again gives
the same records. What the robot truly delivered stays hidden, as in reality: records hold what is known.
"""

from collections.abc import Sequence

from lab.bench import CastFilm, DeckOrder, DeckOutcome, MadeFilm
from lab.campaigns import CampaignDefinition
from lab.records import (
    DeckCheck,
    DishState,
    Drying,
    FilmGrade,
    Measurement,
    RobotRun,
    RunStatus,
    Transfer,
)
from lab.seeds import generator
from lab.simplex import Fractions
from lab.virtual import hands, instruments
from lab.virtual.constants import Constants
from lab.virtual.film_world import PROPERTIES, FilmWorld

ACTIONS = frozenset({"prepare-deck", "run-robot", "dry", "grade", "measure"})
"""Kinds of actions of people and machines that this bench does."""


class VirtualBench:
    """Makes, grades and measures films in the film world.

    Args:
        definition: The campaign; its properties must be known to the world.
        seed: The campaign's seed.
        constants: Values to use instead of those of constants.toml.

    Raises:
        InvalidInputError: If the world does not know a property of the campaign or one of its options.
    """

    name = "virtual lab"
    simulated = True

    def __init__(self, definition: CampaignDefinition, seed: int, *, constants: Constants | None = None) -> None:
        materials = [item.material for item in definition.ranges]
        # Fails here, with every fault, and not in the middle of a campaign.
        FilmWorld(materials, definition.property_names, definition.world, constants=constants)
        self._world = FilmWorld(materials, PROPERTIES, definition.world, constants=constants)
        self._definition = definition
        self._seed = seed

    def can(self, kind: str) -> bool:
        """Return whether the virtual lab does actions of this kind: it does all that a bench does."""
        return kind in ACTIONS

    def prepare_deck(self, deck: str, plan_sha256: str) -> DeckCheck:
        """Load a deck as its run card says and sign for it."""
        return DeckCheck(deck, plan_sha256)

    def run_robot(self, order: DeckOrder) -> DeckOutcome:
        """Run a deck without any fault; as far as the robot knows, it delivers what was asked."""
        transfers = tuple(
            Transfer(
                deck=order.deck,
                step=planned.step,
                film=planned.film,
                stock=planned.stock,
                pipette=planned.pipette,
                requested=planned.volume,
                delivered=planned.volume * planned.factor,
                sd=planned.sd,
            )
            for planned in order.transfers
        )
        films = tuple(
            CastFilm(dish, DishState.FINISHED, tuple(item.step for item in transfers if item.film == dish.film))
            for dish in order.positions
        )
        return DeckOutcome(RobotRun(order.deck, "virtual OT-2", RunStatus.SUCCEEDED), transfers, films)

    def dry(self, films: Sequence[str]) -> Sequence[Drying]:
        """Dry films in the oven."""
        temperature = self._world.constants["hands.oven_temperature"]
        hours = self._world.constants["hands.oven_hours"]
        return [Drying(film, temperature, hours) for film in films]

    def grade(self, films: Sequence[MadeFilm]) -> Sequence[FilmGrade]:
        """Grade dried films by what truly is in their dishes."""
        grades = []
        for film in films:
            grade, note = hands.graded(film.label, self._world, self._true_composition(film), self._seed)
            grades.append(FilmGrade(film.label, grade, note))
        return grades

    def measure(self, films: Sequence[tuple[MadeFilm, FilmGrade]]) -> Sequence[Measurement]:
        """Measure every property of the campaign on graded films; a test that the grade rules out fails."""
        return [record for film, grade in films for record in self._measure(film, grade)]

    def _measure(self, film: MadeFilm, grade: FilmGrade) -> Sequence[Measurement]:
        areal_mass = film.solids / film.casting_area
        truth = self._world.truth(self._true_composition(film), dict(film.attributes), areal_mass=areal_mass)
        taken = instruments.readings(
            {name: float(values[0]) for name, values in truth.items()},
            generator(self._seed, "measure", film.label),
            self._world.constants,
        )
        return [
            instruments.measurement(film.label, prop, taken, self._world.constants)
            if prop.test.possible_on(grade.grade)
            else instruments.failed(
                film.label, prop, f"a film of grade {grade.grade} cannot be put to the {prop.test} test"
            )
            for prop in self._definition.properties
        ]

    def _true_composition(self, film: MadeFilm) -> Fractions:
        definition = self._definition
        return hands.true_composition(
            film, definition.material_names, definition.stocks, self._seed, self._world.constants
        )
