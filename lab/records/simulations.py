"""Simulations of atomic models, which explain films and are never measurements of them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

import attrs

from lab.compositions import Composition
from lab.read_only import read_only


class SimulationStatus(StrEnum):
    """How a simulation ended."""

    OK = "ok"
    FAILED = "failed"


@attrs.frozen
class Simulation:
    """A mechanical test of an atomic model by molecular dynamics, with what its numbers have to be read with."""

    kind: ClassVar[str] = "simulation"
    label: str
    """mmt-cnf-tension-demo-seed1-368940e4: also the name of its folder."""
    content_sha256: str
    """Hash of everything that decides the outcome."""
    model: str
    """The atomic model: "mmt-cnf"."""
    test: str
    """The load: "tension", "shear" or "peel"."""
    profile: str
    force_field: str
    composition: Composition
    """Weight fractions of the materials in the model, without water, by which films are found to set beside it."""
    seed: int
    atoms: int
    rate_per_s: float
    """Strain rate, 1/s."""
    temperature: float
    """Temperature, K."""
    status: SimulationStatus
    failure_mode: str = ""
    """How the model failed, by the stated rule; empty where the simulation did not come so far."""
    reason: str = ""
    """Why the simulation failed, with its log."""
    numbers: Mapping[str, float] = attrs.field(factory=dict, converter=read_only)
    """What was found, by name with unit: modulus_gpa, strength_gpa, hbonds_start. Trends between models only; never to
    be compared with a film's."""
    versions: Mapping[str, str] = attrs.field(factory=dict, converter=read_only)
    """Programs and their versions."""

    @property
    def key(self) -> tuple[str, ...]:
        """The simulation's label."""
        return (self.label,)
