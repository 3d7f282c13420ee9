"""What somebody asks to be simulated, checked as a whole before anything is built."""

from collections.abc import Callable, Sequence
from functools import partial

from lab.errors import FilmlabError, InvalidInputError
from md_sim.field_sets import FIELD_SETS, field_set_named
from md_sim.load_cases import load_case_named
from md_sim.models import model_named
from md_sim.profiles import SMOKE, Profile, profile_named


def checked_profile(
    profile: str,
    models: Sequence[str],
    tests: Sequence[str],
    *,
    field: str | None = None,
    rate: float | None = None,
    temperature: float | None = None,
) -> Profile:
    """Return the profile of a request whose every name and number is known to be good.

    Args:
        profile: One of `profiles.PROFILES`.
        models: Some of `models.MODELS`.
        tests: Some of `load_cases.LOAD_CASES`.
        field: Set of force fields of all models; each one's default if left out.
        rate: Strain rate, 1/s; the profile's if left out.
        temperature: Temperature, K; the profile's if left out.

    Raises:
        UnknownNameError: If one name is not known, or a model cannot have the force fields.
        InvalidInputError: If a number is impossible, or more than one thing is wrong; all faults are named.
    """
    known_field = field if field in FIELD_SETS else None

    def with_fields(model: str) -> None:
        model_named(model).fields_named(known_field)

    checks: list[Callable[[], object]] = [
        lambda: profile_named(profile),
        lambda: field and field_set_named(field),
        *(partial(with_fields, model) for model in models),
        *(partial(load_case_named, test) for test in tests),
        lambda: profile_named(SMOKE).at(rate=rate, temperature=temperature),
    ]
    found = [error for check in checks if (error := _error_of(check)) is not None]
    if len(found) == 1:
        raise found[0]
    if found:
        raise InvalidInputError(
            "the simulations that are asked for",
            [fault for error in found for fault in _faults(error)],
            hint="choose names and numbers that there are",
        )
    return profile_named(profile).at(rate=rate, temperature=temperature)


def _error_of(check: Callable[[], object]) -> FilmlabError | None:
    try:
        check()
    except FilmlabError as error:
        return error
    return None


def _faults(error: FilmlabError) -> Sequence[str]:
    if isinstance(error, InvalidInputError):
        return error.faults
    return [f"{error.message}; {error.hint}"]
