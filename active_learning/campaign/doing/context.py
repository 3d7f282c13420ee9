"""What doers work with, and what they give back."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from active_learning.campaign.trained_models import TrainedModels
from lab.bench import Bench
from lab.campaigns import CampaignDefinition
from lab.errors import StoreError
from lab.records import Artefact, Record, Records
from lab.store import Lease
from lab.workspace import ArtefactStore

if TYPE_CHECKING:
    from robot_protocols.calibration import Calibration
    from robot_protocols.vendor import VendorSimulator


@attrs.define
class DoingContext:
    """Everything that a doer may use besides the records. It keeps nothing that cannot be made again from them."""

    definition: CampaignDefinition
    seed: int
    artefacts: ArtefactStore
    bench: Bench | None
    """None where people do the bench's work."""
    simulator: "VendorSimulator"
    """The vendor's protocol simulator, kept alive between decks."""
    models: TrainedModels
    calibrations: "Sequence[Calibration]" = ()
    """What pipettes deliver of the stocks, weighed; plans of decks are corrected by them."""
    leases: Sequence[Lease] = ()
    """What keeps others from doing the same."""

    def confirm(self) -> None:
        """Make sure that nobody else has taken over what is being done, nor has done it meanwhile.

        Raises:
            StoreError: If somebody has, or that cannot be told.
        """
        for lease in self.leases:
            lease.confirm(unbroken=True)

    def hands(self) -> Bench:
        """Return the bench.

        Raises:
            LookupError: If there is none; `work` takes no action of the bench then.
        """
        if self.bench is None:
            raise LookupError("this campaign's bench is people's")
        return self.bench


@attrs.frozen
class Outcome:
    """What an action yielded."""

    records: tuple[Record, ...]
    source: str
    """What the records come from."""
    who: str | None = None
    """Who did it; None for this program."""
    supersede: bool = False
    """Whether a record may replace an earlier one of the same thing."""
    simulated: bool | None = None
    """Whether the virtual lab stands behind it; None: if it stands in for the bench."""


def read_artefact(context: DoingContext, records: Records, name: str) -> bytes:
    """Return the content of a campaign's artefact.

    Raises:
        StoreError: If the records name no such artefact.
    """
    artefact = records.artefacts.get(name)
    if artefact is None:
        raise StoreError(f"the records name no file {name!r}", hint="check the store with: filmlab doctor")
    return context.artefacts.read(artefact.sha256)


def put_files(context: DoingContext, files: Mapping[str, str | bytes]) -> Sequence[Artefact]:
    """Store files, given by their names in the campaign, under their hashes and return their records."""
    return [context.artefacts.put(name, content) for name, content in sorted(files.items())]
