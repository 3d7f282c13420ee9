"""The tree of errors, named by cause. Every error carries a hint that says what to do about it."""

from collections.abc import Sequence


class FilmlabError(Exception):
    """An error that a user can act on.

    Args:
        message: What is wrong, in one sentence.
        hint: What to do about it, in one sentence.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\nWhat to do: {self.hint}" if self.hint else self.message


class InvalidInputError(FilmlabError):
    """Input from a user has one or more faults; all of them are listed at once.

    Args:
        what: What was read, for example "campaign.toml".
        faults: One sentence a fault, each saying where it is.
        hint: How to mend them.
    """

    def __init__(self, what: str, faults: Sequence[str], *, hint: str = "") -> None:
        self.what = what
        self.faults = tuple(faults)
        if len(self.faults) == 1:
            message = f"{what}: {self.faults[0]}"
        else:
            message = f"{what}: {len(self.faults)} faults\n" + "\n".join(f"  - {fault}" for fault in self.faults)
        super().__init__(message, hint=hint)


class NothingNewError(InvalidInputError):
    """All that a file says was recorded before."""


class CompositionError(FilmlabError, ValueError):
    """Numbers that are no composition: negative, NaN, or not summing to 1."""


class UnknownNameError(FilmlabError, KeyError):
    """A material, property, campaign or other name that nothing is known about."""

    __str__ = FilmlabError.__str__


class UnitError(FilmlabError, ValueError):
    """A unit that cannot be read or does not fit the quantity."""


class RecipeError(FilmlabError):
    """A recipe that cannot be made with the stocks, pipettes or bounds at hand."""


class NoRecipeError(FilmlabError):
    """No recipe, or too few, is left to choose from."""


class AcquisitionError(FilmlabError):
    """A rule of acquisition, or a model that it asks, gave an answer that cannot be used."""


class BenchWaitsError(FilmlabError):
    """The bench cannot go on before a person has done something; nothing is lost and nothing was recorded."""


class WorkspaceError(FilmlabError):
    """The workspace cannot be used: missing, read-only, full."""


class StoreError(FilmlabError):
    """The store of records cannot be used: unreachable, corrupt, of another version."""


class StoreBusyError(StoreError):
    """Another process is working on the same campaign, action or robot."""


class LeaseLostError(StoreError):
    """This process is no longer the only one that may do what it is doing."""


class DuplicateRecordError(StoreError):
    """A record with this key is already there and was not meant to be superseded."""


class ChangedMeanwhileError(StoreError):
    """Something was recorded after what an addition was derived from; nothing was added."""


class NotAllowedError(FilmlabError):
    """A person asked for something that their role does not allow, or is not known."""


def install_hint(extra: str) -> str:
    """Return how the packages of an extra are added to the environment that filmlab runs in."""
    return f"run, where filmlab's constraints.txt lies: pip install -c constraints.txt 'filmlab[{extra}]'"


class OptionalPackageError(FilmlabError, ImportError):
    """A package of an extra is needed and missing.

    Args:
        package: The distribution that is missing.
        extra: The extra of filmlab that brings it.
    """

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"{package} is needed for this and is not installed",
            hint=install_hint(extra),
        )
