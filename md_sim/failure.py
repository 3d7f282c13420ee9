"""How a model failed, decided from data by a stated rule."""

from collections.abc import Sequence

import attrs

from md_sim.curves import Mechanics
from md_sim.damage import Damage
from md_sim.load_cases import LoadCase

UNBROKEN = "none"
"""The mode of a model that still carries its load at the end of the test."""
FALLEN = 0.7
"""The model has failed where the stress has fallen below this share of the strength at the end of the test."""
TORN = 0.5
"""A sheet is torn where this share of the bonds across it is broken."""
CARRIED = 0.5
"""Chains slip where they carry less than this share of the strain themselves."""
OPEN = 3.0
"""An interface is open where an empty layer has grown by this, angstrom: more than the length of a hydrogen bond."""

RULE = (
    f"{UNBROKEN}: the stress at the end is at least {FALLEN:g} of the strength. Otherwise all that hold: "
    f"sheet fracture: broken cation-oxygen bonds are at least {TORN:g} of those that one plane across the sheet cuts; "
    f"chain slip: the finite chains' own strain is below {CARRIED:g} of the model's; "
    "platelet pull-out: the same of finite platelets that are not torn; "
    f"delamination: an empty layer across z has grown by at least {OPEN:g} angstrom; "
    "interlayer slip: a shear test in which the sheets are whole; "
    "yielding: none of these."
)


@attrs.frozen
class Failure:
    """How a model failed."""

    mode: str
    """Modes joined by " + ", or `UNBROKEN`."""
    reasons: tuple[str, ...]
    """The numbers that decided, one sentence each."""


def failure(mechanics: Mechanics, damages: Sequence[Damage], case: LoadCase) -> Failure:
    """Return the failure mode of a test.

    Args:
        mechanics: What the stress-strain curve says.
        damages: Damage by snapshot, in order of strain; the last one decides.
        case: The test.
    """
    share = mechanics.final_stress_gpa / mechanics.strength_gpa if mechanics.strength_gpa > 0 else 0.0
    fell = f"the stress at a strain of {mechanics.final_strain:.2f} is {share:.2f} of the strength"
    if share >= FALLEN or not damages:
        return Failure(UNBROKEN, (fell,))
    last = damages[-1]
    modes, reasons = [], [fell]
    if last.crack is not None and last.crack >= TORN:
        modes.append("sheet fracture")
    if last.crack is not None:
        reasons.append(f"the broken bonds are {last.crack:.1f} times those that one plane across the sheet cuts")
    if case.name == "tension":
        for what, mode, strain in (
            ("chains", "chain slip", last.chain_strain),
            ("platelets", "platelet pull-out", last.platelet_strain),
        ):
            if strain is None:
                continue
            carried = strain / last.strain
            if carried < CARRIED and not (what == "platelets" and "sheet fracture" in modes):
                modes.append(mode)
            reasons.append(f"the {what} themselves carry {carried:.2f} of the strain")
    if case.name != "shear":
        if last.opening >= OPEN:
            modes.append("delamination")
        sides = " and ".join(last.widest_between)
        reasons.append(
            f"the widest empty layer, between {sides}, has grown by {round(last.opening, 1) + 0.0:.1f} angstrom"
        )
    elif not modes:
        modes.append("interlayer slip")
    return Failure(" + ".join(modes) or "yielding", tuple(reasons))
