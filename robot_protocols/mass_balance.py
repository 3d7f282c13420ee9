"""From volumes and stock concentrations to the dry film: composition, its standard deviation, solids."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from lab.compositions import Composition
from lab.errors import InvalidInputError
from lab.records import AsMade, Transfer
from lab.simplex import close
from lab.stocks import WATER, Stock


class Dose(NamedTuple):
    """A volume of a stock in a dish, from one pipette."""

    stock: str
    pipette: str
    volume: float
    sd: float


class DryFilm(NamedTuple):
    """What stays when the water has gone."""

    composition: Composition
    sd: Mapping[str, float]
    """Standard deviation of every weight fraction."""
    solids: float
    """mg."""


def as_made(film: str, transfers: Sequence[Transfer], stocks: Sequence[Stock]) -> AsMade:
    """Return what was delivered into a film's dish.

    Args:
        film: The film's label.
        transfers: Transfers of its deck; those of other films are left aside.
        stocks: The stocks with their concentrations.

    Raises:
        InvalidInputError: If nothing solid was delivered, or a transfer's stock is not among the stocks.
    """
    doses = [Dose(item.stock, item.pipette, item.delivered, item.sd) for item in transfers if item.film == film]
    dry = dry_film(doses, stocks, what=f"film {film}")
    return AsMade(film=film, composition=dry.composition, sd=dry.sd, solids=dry.solids)


def dry_film(doses: Iterable[Dose], stocks: Sequence[Stock], *, what: str = "film") -> DryFilm:
    """Return the dry film that doses of stocks leave behind.

    Args:
        doses: Volumes in uL with standard deviations; water is left aside.
        stocks: The stocks; their materials, in this order, are the names of the composition.
        what: What is made, for error messages.

    Raises:
        InvalidInputError: If there are no solids, a volume is negative, or a stock is unknown.
    """
    doses = [dose for dose in doses if dose.stock != WATER]
    known = {stock.name: stock for stock in stocks}
    faults = [f"there is no stock {name!r}" for name in sorted({dose.stock for dose in doses} - set(known))]
    faults += [f"a volume of {dose.stock} is negative: {dose.volume:g} uL" for dose in doses if dose.volume < 0]
    if faults:
        raise InvalidInputError(what, faults, hint="give the stocks that the deck was planned with")
    mass = dict.fromkeys((stock.material for stock in stocks), 0.0)
    variance = dict.fromkeys(mass, 0.0)
    for name, (volume, volume_sd) in _volumes(doses).items():
        stock = known[name]
        # 1 mg/mL is 1e-3 mg/uL.
        mass[stock.material] += volume * stock.concentration / 1000
        variance[stock.material] += (volume_sd * stock.concentration / 1000) ** 2
        variance[stock.material] += (volume * stock.concentration_sd / 1000) ** 2
    solids = sum(mass.values())
    if solids <= 0:
        raise InvalidInputError(what, ["no solids were delivered into its dish"], hint="leave it out, or make it again")
    fractions = dict(zip(mass, close(list(mass.values())).tolist(), strict=True))
    return DryFilm(Composition(fractions), _fraction_sd(fractions, variance, solids), solids)


def _volumes(doses: Iterable[Dose]) -> Mapping[str, tuple[float, float]]:
    """Volume and standard deviation by stock.

    What a pipette does wrong with a stock it does wrong in every stroke, so the standard deviations of strokes with
    one pipette add up; different pipettes err independently.
    """
    volume: dict[str, float] = defaultdict(float)
    sd: dict[tuple[str, str], float] = defaultdict(float)
    for dose in doses:
        volume[dose.stock] += dose.volume
        sd[dose.stock, dose.pipette] += dose.sd
    return {
        name: (total, sqrt(sum(value**2 for (stock, _), value in sd.items() if stock == name)))
        for name, total in volume.items()
    }


def _fraction_sd(fractions: Mapping[str, float], variance: Mapping[str, float], solids: float) -> Mapping[str, float]:
    """Standard deviation of each fraction x_i = m_i / M to first order in the masses' errors (GUM 5.1.2).

    dx_i = ((1 - x_i) dm_i - x_i sum of the other dm_j) / M, the masses' errors being independent.
    """
    total = sum(variance.values())
    return {
        name: sqrt(max(0.0, (1 - x) ** 2 * variance[name] + x**2 * (total - variance[name]))) / solids
        for name, x in fractions.items()
    }
