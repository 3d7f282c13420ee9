"""A spectrum, whoever measured it: checked, turned into transmittance, read at the wavelengths wanted."""

import re
from collections.abc import Sequence

import attrs
import numpy as np

from lab.arrays import Array
from lab.errors import InvalidInputError
from lab.instruments.raw_files import RawFile
from lab.instruments.results import Curve, InstrumentResult, Ordinate, Reading, ReadOptions, Specimen
from lab.records import Status

WAVELENGTHS = {"transmittance_uv": 365.0, "transmittance_vis": 550.0, "transmittance_ir": 950.0}
"""Wavelength in nm at which each property is defined (Chen et al. 2024, doi 10.1038/s41565-024-01635-z)."""

_LOWEST, _HIGHEST = 150.0, 4000.0
"""Wavelengths in nm that UV-Vis-NIR spectrometers reach; outside, a column is not a wavelength."""
_WIDEST_STEP = 20.0
"""Largest distance in nm of two points between which a value is interpolated."""
_NOISE = 0.03
"""Transmittance this much below 0 or above 1 is noise of the baseline; further out, the column is something else."""
_FRACTION_TOP = 1.5
"""Values above this are no fractions."""
_MAX_ABSORBANCE = 10.0

_PERCENT = re.compile(
    r"%\s*-?\s*t(?![a-z])|(?<![a-z])t\s*[(\[]?\s*%|transmi\w*\s*[(\[]?\s*%|(%|percent)\s*trans", re.IGNORECASE
)
_ABSORBANCE = re.compile(r"^abs(?!olut)|^a$|absorban|extin[ck]tion|^a\.?u\.?$|^o\.?d\.?$", re.IGNORECASE)
_FRACTION = re.compile(r"transmi\w*\s*[(\[]?\s*(fraction|0\s*-\s*1|-\s*[)\]])|fraction", re.IGNORECASE)
_OTHER = re.compile(
    r"reflect|reflex|remission|(?<![a-z])%\s*r(?![a-z])|(?<![a-z])r\s*[(\[]?\s*%(?!\s*-?\s*t)|kubelka|f\(r\)"
    r"|haze|scatter|fluoresc|counts|intensity|energy"
    r"|deviation|abweichung|stdev|\bstd|\bsd\b|error|fehler|uncertaint",
    re.IGNORECASE,
)
"""Ordinates that are no transmittance, whatever else their header or a person says."""
_BARE = re.compile(r"^t$|transmi", re.IGNORECASE)
_WAVELENGTH = re.compile(r"wave\s*length|wellenl|^nm$|lambda|^wl$", re.IGNORECASE)


@attrs.frozen(eq=False)
class Spectrum:
    """A spectrum as a file holds it."""

    label: str
    wavelengths: Array
    """nm, in the file's order, shape ``(n,)``."""
    values: Array
    """Shape ``(n,)``."""
    header: str
    """What the file calls the values: "T%", "Abs."."""
    where: str
    """Lines of its values."""


def is_wavelength(header: str) -> bool:
    """Return whether a column header names the wavelength."""
    return bool(_WAVELENGTH.search(header))


def ordinate_of(header: str) -> str | None:
    """Return what a header says about the values: percent, fraction, absorbance, "" (transmittance), or None."""
    text = header.strip()
    if _PERCENT.search(text):
        return Ordinate.PERCENT
    if _FRACTION.search(text):
        return Ordinate.FRACTION
    if _ABSORBANCE.search(text):
        return Ordinate.ABSORBANCE
    return "" if _BARE.search(text) else None


def result_of(
    origin: tuple[str, str],
    raw: RawFile,
    spectra: Sequence[Spectrum],
    options: ReadOptions,
    *,
    warnings: Sequence[str] = (),
) -> InstrumentResult:
    """Return the readings of all spectra of a file.

    Args:
        origin: Names of the format and of the instrument.
        raw: The file.
        spectra: What is in it.
        options: What a person adds.
        warnings: What the reader has to say already.

    Raises:
        InvalidInputError: With the faults of every spectrum.
    """
    faults: list[str] = []
    notes = list(warnings)
    specimens = []
    for spectrum in spectra:
        wrong = _faults(spectrum)
        if wrong:
            faults += wrong
            continue
        kind, fault, note = _kind(spectrum, options.ordinate)
        if fault:
            faults.append(f"{spectrum.where}: {fault}")
            continue
        notes += [f"{spectrum.where}: {note}"] if note else []
        transmittance = _transmittance(spectrum.values, kind)
        outside = (transmittance < -_NOISE) | (transmittance > 1 + _NOISE)
        if outside.any():
            worst = float(spectrum.values[int(np.argmax(outside))])
            faults.append(f"{spectrum.where}: {worst:g} is no transmittance; are columns swapped or named wrongly?")
            continue
        readings = _readings(spectrum, transmittance, kind, notes)
        order = np.argsort(spectrum.wavelengths)
        curve = Curve(
            "wavelength", "nm", "transmittance", "fraction", spectrum.wavelengths[order], transmittance[order]
        )
        specimens.append(Specimen(spectrum.label, tuple(readings), curve))
    if not faults and not any(specimen.readings for specimen in specimens):
        wanted = ", ".join(f"{value:g}" for value in WAVELENGTHS.values())
        faults.append(f"has none of the wavelengths {wanted} nm")
    if faults:
        raise InvalidInputError(raw.name, faults, hint="export wavelength in nm and transmittance or absorbance")
    return InstrumentResult(*origin, raw, tuple(specimens), tuple(notes))


def _faults(spectrum: Spectrum) -> list[str]:
    x = spectrum.wavelengths
    if len(x) < 2:
        return [f"{spectrum.where}: fewer than two points"]
    if x.min() < _LOWEST or x.max() > _HIGHEST:
        return [f"{spectrum.where}: {x.min():g} to {x.max():g} are no wavelengths in nm; are columns swapped?"]
    steps = np.diff(x)
    if not ((steps > 0).all() or (steps < 0).all()):
        at = int(np.argmax(steps * np.sign(steps[0]) <= 0)) + 1
        return [f"{spectrum.where}: wavelengths neither rise nor fall throughout, see {x[at]:g} nm"]
    return []


def _kind(spectrum: Spectrum, told: str | None) -> tuple[str, str, str]:
    """Return what the values are, a fault, and a note. What the header says and what a person says must agree."""
    said = ordinate_of(spectrum.header)
    top = float(spectrum.values.max())
    if told and said and said != told:
        return "", f"its header {spectrum.header!r} says {said}, you say {told}", ""
    if _OTHER.search(spectrum.header.replace("_", " ")):
        return "", f"{spectrum.header!r} is neither transmittance nor absorbance; leave it out of the export", ""
    kind = told or said
    if kind is None:
        return "", f"{spectrum.header!r} says neither transmittance nor absorbance (give --ordinate)", ""
    if kind == "":
        if top <= _FRACTION_TOP:
            return "", f"{spectrum.header!r} may be percent or a fraction (give --ordinate)", ""
        return Ordinate.PERCENT, "", f"{spectrum.header!r} reaches {top:g} and is taken as percent"
    if kind == Ordinate.PERCENT and not told and top <= _FRACTION_TOP:
        return "", f"says percent and never exceeds {top:g}: percent or a fraction? (give --ordinate)", ""
    if kind == Ordinate.FRACTION and top > _FRACTION_TOP:
        return "", f"says a fraction and reaches {top:g}", ""
    if kind == Ordinate.ABSORBANCE and top > _MAX_ABSORBANCE:
        return "", f"says absorbance and reaches {top:g}", ""
    return kind, "", ""


def _transmittance(values: Array, kind: str) -> Array:
    if kind == Ordinate.ABSORBANCE:
        transmitted: Array = 10.0 ** (-values)  # decadic absorbance, IUPAC Gold Book
        return transmitted
    return values / 100 if kind == Ordinate.PERCENT else values


def _readings(spectrum: Spectrum, transmittance: Array, kind: str, notes: list[str]) -> list[Reading]:
    order = np.argsort(spectrum.wavelengths)
    x, y = spectrum.wavelengths[order], transmittance[order]
    readings = []
    named = f"spectrum {spectrum.label!r}" if spectrum.label else "the spectrum"
    for name, wavelength in WAVELENGTHS.items():
        if not x[0] <= wavelength <= x[-1]:
            notes.append(f"{spectrum.where}: {named} does not reach {wavelength:g} nm, so there is no {name}")
            continue
        above = min(max(int(np.searchsorted(x, wavelength)), 1), len(x) - 1)
        hit = x[above] == wavelength or x[above - 1] == wavelength
        if not hit and x[above] - x[above - 1] > _WIDEST_STEP:
            notes.append(f"{spectrum.where}: points are too far apart at {wavelength:g} nm, so there is no {name}")
            continue
        value = float(np.interp(wavelength, x, y))
        note = f"{wavelength:g} nm, from {kind}" + ("" if hit else ", interpolated")
        if not 0 <= value <= 1:
            note += f"; {value:.4f} as measured, set to the nearest possible value"
            value = min(max(value, 0.0), 1.0)
        readings.append(Reading(name, value, "fraction", spectrum.where, status=Status.OK, note=note))
    return readings
