"""Rules that a deck must keep before any film is planned on it; preflight applies them again."""

from collections import Counter
from collections.abc import Callable, Iterable

from robot_protocols.decks.definition import DeckDefinition, Use
from robot_protocols.findings import Finding
from robot_protocols.labware import LabwareKind, labware_faults

TRASH_SLOT = 12
_USES = {
    Use.DISHES: {LabwareKind.DISHES},
    Use.STOCKS: {LabwareKind.RESERVOIR, LabwareKind.TUBES},
    Use.TIPS: {LabwareKind.TIPS},
}


def slots_exist(deck: DeckDefinition) -> Iterable[Finding]:
    """The OT-2 has slots 1 to 11; 12 holds the waste bin."""
    for item in deck.slots:
        if item.slot == TRASH_SLOT:
            yield Finding(
                "FORBIDDEN_SLOT",
                f"slot 12 holds the waste bin, not {item.labware.title}",
                "use a slot from 1 to 11",
            )
        elif not 1 <= item.slot < TRASH_SLOT:
            yield Finding("FORBIDDEN_SLOT", f"there is no slot {item.slot}", "use a slot from 1 to 11")


def one_thing_a_slot(deck: DeckDefinition) -> Iterable[Finding]:
    """A slot holds one piece of labware."""
    for slot, count in Counter(item.slot for item in deck.slots).items():
        if count > 1:
            yield Finding("SLOT_TAKEN_TWICE", f"slot {slot} is given {count} times", "move one of them to a free slot")


def labware_fits_its_use(deck: DeckDefinition) -> Iterable[Finding]:
    """Films are cast in dishes, stocks stand in reservoirs or tubes, tips in tip racks."""
    for item in deck.slots:
        if item.labware.kind not in _USES[item.use]:
            yield Finding(
                "WRONG_LABWARE",
                f"{item.labware.title} in slot {item.slot} cannot be used for {item.use}",
                f"use {' or '.join(sorted(_USES[item.use]))} there",
            )


def labware_geometry(deck: DeckDefinition) -> Iterable[Finding]:
    """Labware stands in its slot, passes under the pipettes, and has its wells inside itself."""
    seen = set()
    for item in deck.slots:
        if item.labware.load_name in seen:
            continue
        seen.add(item.labware.load_name)
        for fault in labware_faults(item.labware):
            yield Finding(
                "LABWARE_GEOMETRY",
                f"{item.labware.title} in slot {item.slot}: {fault}",
                "measure the labware again and correct its definition",
            )


def racks_fit_pipettes(deck: DeckDefinition) -> Iterable[Finding]:
    """Every tip rack fits a mounted pipette, and every pipette has a rack."""
    fitting = {rack for mounted in deck.pipettes for rack in mounted.pipette.tip_racks}
    for item in deck.using(Use.TIPS):
        if item.labware.load_name not in fitting:
            yield Finding(
                "WRONG_RACK",
                f"{item.labware.title} in slot {item.slot} fit no pipette of this deck",
                "take the rack away, or mount the pipette that it belongs to",
            )
    for mounted in deck.pipettes:
        if not deck.tip_places(mounted.pipette.model):
            yield Finding(
                "NO_RACK",
                f"there are no tips for {mounted.pipette.model}",
                f"put {' or '.join(mounted.pipette.tip_racks)} in a free slot",
            )


def pipettes_differ(deck: DeckDefinition) -> Iterable[Finding]:
    """A step names its pipette by the model, so both mounts may not carry the same one."""
    models = Counter(mounted.pipette.model for mounted in deck.pipettes)
    mounts = Counter(mounted.mount for mounted in deck.pipettes)
    for model, count in models.items():
        if count > 1:
            yield Finding("SAME_PIPETTE_TWICE", f"{model} is mounted twice", "mount another pipette, or only one")
    for mount, count in mounts.items():
        if count > 1 or mount not in {"left", "right"}:
            yield Finding("NO_SUCH_MOUNT", f"mount {mount!r} is given {count} times", "the mounts are left and right")


def mixing_pipettes_mounted(deck: DeckDefinition) -> Iterable[Finding]:
    """Mixing uses pipettes that are mounted."""
    mounted = {item.pipette.model for item in deck.pipettes}
    for model in deck.mixing.pipettes:
        if model not in mounted:
            yield Finding("PIPETTE_NOT_MOUNTED", f"mixing asks for {model}, which is not mounted", "mount it")


def has_dishes_and_stocks(deck: DeckDefinition) -> Iterable[Finding]:
    """A deck needs dishes to cast in and containers to draw from."""
    for use in (Use.DISHES, Use.STOCKS):
        if not list(deck.using(use)):
            yield Finding("NOTHING_THERE", f"no slot is used for {use}", f'give a slot with use = "{use}"')


DECK_RULES: tuple[Callable[[DeckDefinition], Iterable[Finding]], ...] = (
    slots_exist,
    one_thing_a_slot,
    labware_fits_its_use,
    labware_geometry,
    racks_fit_pipettes,
    pipettes_differ,
    mixing_pipettes_mounted,
    has_dishes_and_stocks,
)


def deck_findings(deck: DeckDefinition) -> tuple[Finding, ...]:
    """Return what every rule finds."""
    return tuple(finding for rule in DECK_RULES for finding in rule(deck))
