"""How long and how fast a simulation is: smoke (seconds), demo (minutes), study (hours)."""

import attrs

from lab.errors import InvalidInputError, UnknownNameError
from lab.names import known_hint

SMOKE = "smoke"
SMOKE_NOTE = "The smoke profile only proves that the programs run; its numbers mean nothing."
FEWEST_SEEDS = 3
"""Fewest seeds with which a spread is worth giving."""
TIMESTEP = 2.0
"""Time step, fs: bonds to hydrogen are held rigid (SHAKE), so that 2 fs conserve energy."""
RATES, TEMPERATURES = (1e6, 1e12), (150.0, 600.0)
"""Bounds of strain rates, 1/s: slower tests take years, faster ones are shock waves; and of temperatures, K: the force
fields were made for room temperature.
"""


@attrs.frozen
class Profile:
    """Durations and rates of a simulation."""

    name: str
    rate: float
    """Engineering strain rate, 1/s."""
    strain: float
    """Strain at which the test ends."""
    heating: float
    """Time at constant volume after minimisation, ps."""
    relaxation: float
    """Time at constant pressure before the test, ps."""
    points: int
    """Points of the stress-strain curve; each is a mean over its interval."""
    frames: int
    """Snapshots of the test."""
    large: bool
    """Whether the model has its full size or the smallest that runs."""
    pictures: bool = True
    """Whether the snapshots are drawn."""
    minimisation: int = 1000
    """Most iterations of the minimiser."""
    checkpoint: int = 2000
    """Steps between checkpoints."""
    temperature: float = 300.0
    """Temperature, K."""
    pressure: float = 1.0
    """Pressure on the faces that are not loaded, atm."""

    def steps(self, picoseconds: float) -> int:
        """Return the number of time steps in a time."""
        return max(1, round(picoseconds * 1000 / TIMESTEP))

    def at(self, *, rate: float | None = None, temperature: float | None = None) -> "Profile":
        """Return the profile with another strain rate, 1/s, or temperature, K.

        Raises:
            InvalidInputError: If a number is impossible; both are named.
        """
        faults = []
        if rate is not None and not RATES[0] <= rate <= RATES[1]:
            faults.append(f"a strain rate of {rate:g} 1/s is not between {RATES[0]:g} and {RATES[1]:g}")
        if temperature is not None and not TEMPERATURES[0] <= temperature <= TEMPERATURES[1]:
            low, high = TEMPERATURES
            faults.append(f"a temperature of {temperature:g} K is not between {low:g} and {high:g}")
        if faults:
            raise InvalidInputError("the profile", faults, hint="choose numbers within these bounds")
        rate = self.rate if rate is None else rate
        return attrs.evolve(self, rate=rate, temperature=self.temperature if temperature is None else temperature)

    def up_to(self, strain: float) -> "Profile":
        """Return the profile with tests that end at a strain if they would go beyond it, points as close as before."""
        if self.strain <= strain:
            return self
        share = strain / self.strain
        points, frames = (max(1, round(share * number)) for number in (self.points, self.frames))
        return attrs.evolve(self, strain=strain, points=points, frames=frames)

    @property
    def loading_steps(self) -> int:
        """Number of time steps of the test, a multiple of `points`."""
        duration = self.strain / self.rate * 1e12  # ps
        return max(1, round(self.steps(duration) / self.points)) * self.points


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            SMOKE,
            rate=1e11,
            strain=0.04,
            heating=0.3,
            relaxation=0.4,
            points=20,
            frames=4,
            large=False,
            pictures=False,
            minimisation=150,
            checkpoint=100,
        ),
        Profile("demo", rate=1e10, strain=0.30, heating=2.0, relaxation=10.0, points=150, frames=30, large=True),
        Profile("study", rate=1e9, strain=0.30, heating=20.0, relaxation=200.0, points=600, frames=120, large=True),
    )
}


def profile_named(name: str) -> Profile:
    """Return a profile.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    try:
        return PROFILES[name]
    except KeyError as error:
        raise UnknownNameError(f"no profile {name!r}", hint=known_hint(name, PROFILES)) from error
