"""What a review looks at: the campaign's records and models, gathered once."""

from functools import cached_property
from typing import TYPE_CHECKING

import attrs
import numpy as np

from active_learning.campaign.reviews.on_scale import OnScale, on_scale
from active_learning.campaign.training_data import MeasuredFilms, measured_films
from active_learning.campaign.trainings import Training
from active_learning.learners import Values
from lab.campaigns import CampaignDefinition
from lab.records import Records

if TYPE_CHECKING:
    from models.property_committee import PropertyCommittee


@attrs.define(eq=False, slots=False)
class Facts:
    """Records and models after a training."""

    definition: CampaignDefinition
    records: Records
    training: Training
    committee: "PropertyCommittee | None"
    """The newest one; None before the first loop is measured."""
    previous: "PropertyCommittee | None"
    """The one by which the last batch was chosen."""

    @cached_property
    def films(self) -> MeasuredFilms:
        """Films with a measured value or a bound."""
        return measured_films(self.definition, self.records)

    @cached_property
    def learned(self) -> tuple[tuple[int, str], ...]:
        """Column and name of every property that the committee has learned."""
        if self.committee is None:
            return ()
        return tuple((column, self.definition.property_names[column]) for column in self.committee.learned)

    @cached_property
    def in_last_loop(self) -> Values:
        """Which measured films are of the last loop, boolean ``(n,)``."""
        films = self.records.films
        return np.array([films[label].loop == self.training.loop for label in self.films.labels], dtype=bool)

    @property
    def trained(self) -> "PropertyCommittee":
        """The newest committee.

        Raises:
            LookupError: If there is none yet.
        """
        if self.committee is None:
            raise LookupError("no property is learned yet")
        return self.committee

    def measured(self, column: int) -> Values:
        """Return the measured values of a property on the committee's scale, ``(n,)``, NaN where there is none."""
        return np.asarray(self.trained.target_scales[column].forward(self.films.values[:, column]))

    def held_out(self, column: int) -> OnScale:
        """Return what the newest committee says of every film, from the others."""
        return on_scale(self.trained, column, self.trained.cross_validation)
