"""Outlines and pages say of a campaign, at every step of it, what all of its records say."""

import attrs
import numpy as np

from active_learning.campaign.batches import proposed_purposes
from active_learning.campaign.next_actions import next_actions
from active_learning.campaign.progress import stage_of
from lab.campaign_files import parse_definition
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition
from lab.export.summary import progress
from lab.grades import Grade
from lab.records import (
    Advice,
    Approval,
    Artefact,
    AsMade,
    Deck,
    DeckCheck,
    Design,
    DishPosition,
    Drying,
    Film,
    FilmGrade,
    LoopReview,
    Measurement,
    Model,
    ModelKind,
    Purpose,
    Record,
    RequestedWork,
    RobotRun,
    RunStatus,
    Status,
    Transfer,
    Verdict,
    WorkRequest,
)
from lab.store import FilmQuery, Store
from tests.end_to_end.running import SMALL
from tests.store_examples import HASH, event

MEASURED = ("transmittance_vis", "tensile_strength")
MIX = Composition({"CNF": 0.5, "gelatin": 0.5})
LIBRARY, LOOP = [f"L{number:03d}" for number in range(1, 13)], ["A01-01", "A01-02", "A01-03"]


def deck(label: str, films: list[str], *, failed: bool = False) -> list[list[Record]]:
    """A deck's records, event by event."""
    positions = tuple(DishPosition(film, 1, f"A{at + 1}") for at, film in enumerate(films))
    run = RobotRun(label, "OT-2", RunStatus.FAILED if failed else RunStatus.SUCCEEDED)
    transfers = [Transfer(label, step, film, "CNF-10", "p300", 9.0, 9.0, 0.1) for step, film in enumerate(films)]
    made = [] if failed else [AsMade(film, MIX, {}, 12.0) for film in films]
    return [
        [Deck(label, positions, HASH, HASH, 1, "", 1.0)],
        [DeckCheck(label, HASH)],
        [run, *transfers, *made],
    ]


def steps() -> list[list[Record]]:
    """A campaign from the first film to the second loop, with a failed deck, a refused film and corrections."""
    library = [Film(label, Purpose.LIBRARY, MIX, 12.0, 1600.0) for label in LIBRARY]
    loop = [Film(label, Purpose.LOOP, MIX, 40.0, 4500.0, loop=1) for label in LOOP]
    values = [Measurement(film, name, Status.OK, 0.5, None, 1, "x") for film in LOOP for name in MEASURED]
    return [
        list(library),
        *deck("deck-001", LIBRARY[:6]),
        *deck("deck-002", LIBRARY[6:], failed=True),
        [Drying(film, 40.0, 24.0) for film in LIBRARY[:5]],
        [FilmGrade(film, Grade.A) for film in LIBRARY[:6]],
        *deck("deck-003", LIBRARY[6:]),
        [Drying(film, 40.0, 24.0) for film in LIBRARY[5:]],
        [FilmGrade(film, Grade.B) for film in LIBRARY[6:]],
        [FilmGrade(LIBRARY[0], Grade.C)],
        [Film("M1", Purpose.MANUAL, MIX, 40.0, 4500.0), Film("M2", Purpose.MANUAL, MIX, 40.0, 4500.0)],
        [Approval("M1", Verdict.APPROVED), Approval("M2", Verdict.REFUSED)],
        *deck("deck-004", ["M1", LIBRARY[0]])[:1],
        *deck("deck-004", ["M1", LIBRARY[0]])[1:2],
        [Model("quality-00", ModelKind.QUALITY, 0, 12, HASH, HASH, {})],
        list(loop),
        *deck("deck-005", LOOP),
        [Drying(film, 40.0, 24.0) for film in LOOP],
        [FilmGrade(film, Grade.A) for film in LOOP],
        list(values[:5]),
        list(values[5:]),
        [Measurement(LOOP[0], "tensile_strength", Status.FAILED, None, None, 0, "x", reason="slipped")],
        [
            Model("quality-01", ModelKind.QUALITY, 1, 15, HASH, HASH, {}),
            Model("properties-01", ModelKind.PROPERTIES, 1, 3, HASH, HASH, {}),
        ],
        [LoopReview("loop-01", Advice.GO_ON, "{}")],
        [FilmGrade(LIBRARY[3], Grade.D)],
        [
            Model("quality-01-again-1", ModelKind.QUALITY, 1, 15, HASH, HASH, {}),
            Model("properties-01-again-1", ModelKind.PROPERTIES, 1, 3, HASH, HASH, {}),
        ],
        [Measurement(LOOP[1], "tensile_strength", Status.OK, 0.7, None, 1, "x")],
        [Film("M3", Purpose.MANUAL, MIX, 40.0, 4500.0), Approval("M3", Verdict.APPROVED), AsMade("M3", MIX, {}, 40.0)],
        [FilmGrade("M3", Grade.B)],
        [WorkRequest(RequestedWork.SIMULATE, "mmt"), WorkRequest(RequestedWork.TRAIN, "loop-01-again-1")],
        [Film(label, Purpose.LOOP, MIX, 40.0, 4500.0, loop=2) for label in ("A02-01", "A02-02")],
        [Design("D1", "stiff", (), MIX, 0.9, 0.9, {}, ("quality-01", "properties-01"))],
        [Film("V1", Purpose.VERIFICATION, MIX, 40.0, 4500.0, design="D1")],
        [Film(LOOP[0], Purpose.LOOP, MIX, 40.0, 4500.0, loop=2)],
    ]


def assert_outlined(store: Store, campaign: str, definition: CampaignDefinition) -> None:
    """The outline leads to what all records lead to."""
    everything = store.records(campaign)
    outline = store.outline(campaign, definition.property_names, proposed_purposes(definition))
    assert outline.records.loop_sizes == everything.loop_sizes
    assert next_actions(definition, outline.records) == next_actions(definition, everything)
    assert stage_of(definition, outline.records) is stage_of(definition, everything)
    expected, found = progress(definition, everything), progress(definition, outline.records)
    assert (found.loops_done, found.designs) == (expected.loops_done, expected.designs)
    assert found.designs_verified == expected.designs_verified
    counts = (expected.planned, expected.made, expected.graded, expected.measured)
    assert (outline.planned, outline.made, outline.graded, outline.measured) == counts


def by_person(definition: CampaignDefinition) -> CampaignDefinition:
    """The definition with films of loops that a person has to approve."""
    return attrs.evolve(definition, loop=attrs.evolve(definition.loop, approval="person"))


def of_few_films(definition: CampaignDefinition) -> CampaignDefinition:
    """The definition with loops that end where so many films are made, long before their number is reached."""
    return attrs.evolve(definition, loop=attrs.evolve(definition.loop, loops=4, batch=3, films=3))


def test_an_outline_says_what_all_records_say(store: Store) -> None:
    definition = parse_definition(SMALL.read_text())
    for number, records in enumerate(steps()):
        store.append("c", event(f"step {number}"), records, supersede=True)
        assert_outlined(store, "c", definition)
        assert_outlined(store, "c", by_person(definition))
        assert_outlined(store, "c", of_few_films(definition))
    for key in ("simulate:mmt", "train:loop-01-again-1", "explain:loop-01", "report:campaign"):
        store.append("c", event(key), [Artefact(f"files/{key}", HASH, "", 1)])
        assert_outlined(store, "c", definition)
    everything, outline = store.records("c"), store.outline("c", definition.property_names, frozenset(Purpose))
    assert len(outline.records.films) < len(everything.films)
    assert len(outline.records.events) < len(everything.events)
    assert not outline.records.transfers


def test_an_outline_leaves_out_measured_films_but_one_of_each_loop(store: Store) -> None:
    films = [Film(f"A{loop}-{at}", Purpose.LOOP, MIX, 9.0, 9.0, loop=loop) for loop in (1, 2) for at in (1, 2, 3)]
    store.append("c", event("plan"), films)
    for film in films[:-1]:
        done: list[Record] = [
            AsMade(film.label, MIX, {}, 9.0),
            Drying(film.label, 40.0, 24.0),
            FilmGrade(film.label, Grade.A),
        ]
        store.append("c", event(film.label), [*done, Measurement(film.label, "x", Status.OK, 0.5, None, 1, "x")])
    # The first of each loop, the one that was measured last and the one that still has to be.
    assert list(store.outline("c", ["x"]).records.films) == ["A1-1", "A2-1", "A2-2", "A2-3"]
    assert len(store.outline("c", ["x"], [Purpose.LOOP]).records.films) == len(films)


def test_the_film_that_stands_for_the_library_is_of_the_library_now(store: Store) -> None:
    store.append("c", event("plan"), [Film(label, Purpose.LIBRARY, MIX, 9.0, 9.0) for label in LIBRARY])
    store.append("c", event("correct"), [Film(LIBRARY[0], Purpose.MANUAL, MIX, 9.0, 9.0)], supersede=True)
    steps = [(AsMade(label, MIX, {}, 9.0), Drying(label, 40.0, 24.0), FilmGrade(label, Grade.A)) for label in LIBRARY]
    store.append("c", event("do"), [record for done in steps for record in done])
    films = store.outline("c", []).records.films
    purposes = {label: film.purpose for label, film in films.items()}
    assert purposes == {LIBRARY[0]: "manual", LIBRARY[1]: "library", LIBRARY[-1]: "library"}  # the last was graded last


def a_lab(rng: np.random.Generator) -> list[Record]:
    """Films of all kinds, each as far as it happened to come, on decks that ran, failed or wait."""
    records: list[Record] = []
    for at in range(int(rng.integers(1, 12))):
        label, purpose = f"F{at}", list(Purpose)[rng.integers(len(Purpose))]
        loop = int(rng.integers(1, 3)) if purpose is Purpose.LOOP else None
        records.append(Film(label, purpose, MIX, 9.0, 9.0, loop=loop))
        steps: list[Record] = [
            AsMade(label, MIX, {}, 9.0),
            Drying(label, 40.0, 24.0),
            FilmGrade(label, Grade.A),
            *(Measurement(label, name, Status.OK, 0.5, None, 1, "x") for name in MEASURED),
        ]
        records += steps[: rng.integers(len(steps) + 1)]
        if rng.random() < 0.5:
            records.append(Approval(label, list(Verdict)[rng.integers(len(Verdict))]))
    labels = [record.label for record in records if isinstance(record, Film)]
    for at in range(int(rng.integers(0, 4))):
        here = [DishPosition(label, 1, f"A{number}") for number, label in enumerate(labels) if rng.random() < 0.5]
        run: list[Record] = [DeckCheck(f"deck-{at}", HASH), RobotRun(f"deck-{at}", "OT-2", RunStatus.SUCCEEDED)]
        records += [Deck(f"deck-{at}", tuple(here), HASH, HASH, 1, "", 1.0), *run[: rng.integers(3)]]
    if rng.random() < 0.7:
        records.append(Model("quality-00", ModelKind.QUALITY, 0, 12, HASH, HASH, {}))
    return records


def test_an_outline_of_any_lab_says_what_all_records_say(store: Store) -> None:
    definition = parse_definition(SMALL.read_text())
    for seed in range(25):
        store.create_campaign(f"lab {seed}", "", seed, "tests")
        store.append(f"lab {seed}", event(), a_lab(np.random.default_rng(seed)))
        assert_outlined(store, f"lab {seed}", definition)
        assert_outlined(store, f"lab {seed}", by_person(definition))


def test_pages_of_films_say_what_all_records_say(store: Store) -> None:
    for number, records in enumerate(steps()):
        store.append("c", event(f"step {number}"), records, supersede=True)
    everything = store.records("c")
    lines = [line for start in range(0, 25, 5) for line in store.films_page("c", start, 5)]
    assert [line.label for line in lines] == list(everything.films)
    for line in lines:
        film = everything.films[line.label]
        grade = everything.grades.get(line.label)
        assert (line.purpose, line.loop) == (film.purpose, film.loop)
        assert (line.made, line.dried) == (line.label in everything.as_made, line.label in everything.dryings)
        assert line.grade == (grade.grade if grade else None)
        assert line.measured == sum(film == line.label for film, _ in everything.measurements)
    assert store.films_page("c", 1000) == []
    assert store.count_films("c") == len(everything.films)


def test_films_are_asked_for_by_what_is_known_of_them(store: Store) -> None:
    for number, records in enumerate(steps()):
        store.append("c", event(f"step {number}"), records, supersede=True)
    everything = store.records("c")
    usable = {film for (film, _), found in everything.measurements.items() if found.status is not Status.FAILED}
    letters = {film: found.grade for film, found in everything.grades.items()}
    queries = {
        FilmQuery(search=" l0 "): lambda film: "L0" in film.label,
        FilmQuery(search="%"): lambda film: False,
        FilmQuery(purposes=(Purpose.LOOP, Purpose.MANUAL)): lambda film: film.purpose in {"loop", "manual"},
        FilmQuery(loops=(1,)): lambda film: film.loop == 1,
        FilmQuery(grades=(Grade.A,)): lambda film: letters.get(film.label) is Grade.A,
        FilmQuery(grades=(Grade.D, None)): lambda film: letters.get(film.label) in {Grade.D, None},
        FilmQuery(measured_only=True): lambda film: film.label in usable,
        FilmQuery(search="0", grades=(Grade.A,), measured_only=True): lambda film: (
            "0" in film.label and letters.get(film.label) is Grade.A and film.label in usable
        ),
    }
    for query, wanted in queries.items():
        labels = [film.label for film in everything.films.values() if wanted(film)]
        assert [line.label for line in store.films_page("c", 0, 1000, query)] == labels, query
        assert store.count_films("c", query) == len(labels), query
