"""One value to ask a campaign all that it has learned; what commands, dashboard and notebooks use."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from active_learning.asking.answer import DesignAnswer
from active_learning.asking.attributes import attribute_columns, explain_attributes
from active_learning.asking.explaining import Explained, explain
from active_learning.asking.knowledge import Knowledge, knowledge
from active_learning.asking.receipts import ReceiptWriter, demanded
from active_learning.asking.recipes import Recipes, recipe_points
from active_learning.feasible import FeasibleSpace
from active_learning.inverse_design import design as find_designs
from active_learning.inverse_design.curves import TOLERANCE, curve_requirements
from active_learning.inverse_design.specification import read_wish
from lab.campaigns import CampaignDefinition
from lab.errors import InvalidInputError
from lab.export.summary import film_is_simulated
from lab.open_campaigns import OpenCampaign, up_to_date
from lab.presets import preset_named
from lab.records import Records
from lab.requirements import Wish
from lab.seeds import derived_seed

if TYPE_CHECKING:
    import pandas as pd


@attrs.frozen(eq=False, repr=False)
class Oracle:
    """What a campaign has learned, ready to be asked."""

    definition: CampaignDefinition
    records: Records
    seed: int
    knowledge: Knowledge
    space: FeasibleSpace
    presets: Path | None = None
    """Folder of the workspace, for its own presets."""

    @classmethod
    def of(
        cls, campaign: OpenCampaign, *, retrain: bool = False, old: bool = False, workspace: Path | None = None
    ) -> "Oracle":
        """Return the oracle of a campaign.

        Args:
            campaign: An open campaign.
            retrain: Learn anew from all films measured by now, and record nothing.
            old: Accept stored models that are older than the data.
            workspace: The workspace's folder, whose own presets are known then too.

        Raises:
            StoreError: If nothing is measured yet, or no model is trained.
            StaleModelError: If the stored models are older than the data and neither flag is set.
        """
        records = campaign.records()
        campaign = up_to_date(campaign, records)
        known = knowledge(campaign, records, retrain=retrain, old=old)
        space = FeasibleSpace(campaign.definition, known.quality)
        return cls(campaign.definition, records, campaign.seed, known, space, workspace)

    @property
    def simulated(self) -> bool:
        """Whether films that were learned from are simulated."""
        properties = self.definition.property_names
        return any(film_is_simulated(self.records, film, properties) for film in self.knowledge.films.labels)

    def __repr__(self) -> str:
        models, films = " and ".join(self.knowledge.labels), len(self.knowledge.films.labels)
        return f"Oracle of {self.definition.name}: {models}, {films} films{' (simulated)' if self.simulated else ''}"

    def design(
        self,
        require: Sequence[str] = (),
        *,
        preset: str | None = None,
        curve: Path | str | None = None,
        tolerance: float | None = None,
        top: int = 5,
        method: str | None = None,
    ) -> DesignAnswer:
        """Find recipes for a wish, with a receipt for each.

        Args:
            require: Requirements and aims: ``"tensile_strength >= 90 MPa"``, ``"without gelatin"``,
                ``"maximise toughness"`` (see `lab.requirements`).
            preset: Name of a preset whose requirements are added.
            curve: A tensile tester's file whose curve is added.
            tolerance: How far from that curve a film may be; `TOLERANCE` where left out.
            top: Largest number of recipes wanted.
            method: One of `active_learning.inverse_design.METHODS`; chosen by the size of the campaign if left out.

        Raises:
            InvalidInputError: If the wish is empty or wrong; every fault is listed.
            UnknownNameError: If there is no such preset or method.
            NoRecipeError: If the requirements on the recipe leave none.
        """
        if isinstance(require, str):
            raise InvalidInputError("requirements", [f"{require!r} is no list"], hint=f"give a list: [{require!r}]")
        if tolerance is not None and curve is None:
            raise InvalidInputError("tolerance", ["there is no curve that it belongs to"], hint="give a curve, too")
        found_preset = preset_named(preset, self.presets) if preset else None
        texts, notes = demanded(found_preset, self.definition) if found_preset else ((), ())
        wish = read_wish([*texts, *require], self.definition)
        if curve is not None:
            extra = curve_requirements(Path(curve), self.definition, TOLERANCE if tolerance is None else tolerance)
            wish = Wish((*wish.requirements, *extra), wish.aims)
        self._check_learned(wish)
        found = find_designs(
            wish,
            self.definition,
            self.knowledge.committee,
            self.space,
            # Not those under way, nor films that gave no value: a promise rests on what was measured.
            self.knowledge.films.compositions,
            top=top,
            seed=derived_seed(self.seed, "design", "; ".join(wish.texts)),
            method=method,
        )
        writer = ReceiptWriter(self.definition, self.records, self.knowledge, self.seed, self.simulated)
        receipts = writer.write(found, wish, found_preset)
        return DesignAnswer(wish, found, receipts, (*notes, *self.knowledge.notes, *found.notes))

    def predict(self, recipes: Recipes) -> "pd.DataFrame":
        """Return predicted quality and properties of recipes, one row a recipe and property.

        Args:
            recipes: A recipe by material (``{"CNF": 0.6, "gelatin": 0.4}``, closed to 1), several, a frame with a
                column a material, or an array (n, k), see `active_learning.asking.recipes`.

        Raises:
            CompositionError: If one is no composition or names another material; all such are listed.
        """
        import pandas as pd

        points = recipe_points(recipes, self.definition.material_names)
        predicted, quality = self.knowledge.committee.predict(points), self.space.quality(points)
        rows = [
            {
                **dict(zip(self.definition.material_names, point.tolist(), strict=True)),
                "quality": float(quality[row]),
                "property": prop.name,
                "mean": predicted.mean[row, column],
                "sd": predicted.sd[row, column],
                "p05": predicted.p05[row, column],
                "p95": predicted.p95[row, column],
                "unit": prop.unit,
            }
            for row, point in enumerate(points)
            for column, prop in enumerate(self.definition.properties)
        ]
        return pd.DataFrame(rows)

    def explain(self, question: str = "reference", films: Sequence[str] | None = None) -> Explained:
        """Return Shapley values of every learned property and of quality for measured films.

        Args:
            question: What takes the place of an unknown material, see `models.explain.Question`.
            films: Films to explain; by default all, or of more than 300 so many, drawn at random.

        Raises:
            UnknownNameError: If there is no such question, or a film was not measured.
        """
        return explain(self, question, films)

    @property
    def varied_attributes(self) -> tuple[str, ...]:
        """Attributes of batches in which the measured films differ."""
        return attribute_columns(self._attributes()).names

    def explain_attributes(self) -> Explained:
        """Return Shapley values of materials and attributes together, by a committee of their own.

        Raises:
            InvalidInputError: If the measured films do not differ in any attribute.
        """
        return explain_attributes(
            self.definition, self.knowledge.films, self._attributes(), seed=self.seed, simulated=self.simulated
        )

    def _attributes(self) -> list[Mapping[str, str]]:
        return [self.records.films[label].attributes for label in self.knowledge.films.labels]

    def _check_learned(self, wish: Wish) -> None:
        learned = [self.definition.property_names[index] for index in self.knowledge.committee.learned]
        unknown = [
            text
            for text, name in zip(wish.texts, wish.names, strict=True)
            if name in self.definition.property_names and name not in learned
        ]
        if unknown:
            raise InvalidInputError(
                "requirements",
                [f"{text!r}: the model {self.knowledge.labels[1]} knows nothing of this property" for text in unknown],
                hint=f"measure it on some films and train again; the model knows {', '.join(learned)}",
            )
