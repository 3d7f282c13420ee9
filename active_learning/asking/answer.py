"""The answer to a wish: designs with their receipts, and what stands in the way where none is likely."""

from html import escape
from typing import TYPE_CHECKING, Any

import attrs

from active_learning.asking.receipt import Receipt
from active_learning.asking.receipt_json import receipt_as_dict
from active_learning.inverse_design import Conflict, DesignCandidates
from lab.export.wording import recipe_text, value_text, wish_text
from lab.requirements import Wish

if TYPE_CHECKING:
    import pandas as pd


@attrs.frozen(eq=False)
class DesignAnswer:
    """Designs for a wish."""

    wish: Wish
    found: DesignCandidates
    receipts: tuple[Receipt, ...]
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.receipts)

    def __getitem__(self, index: int) -> Receipt:
        return self.receipts[index]

    @property
    def obstacles(self) -> tuple[str, ...]:
        """What stands in the way, one sentence each: first what is out of reach whatever else is given up."""
        diagnosis = self.found.diagnosis
        out_of_reach = diagnosis.out_of_reach if diagnosis else ()
        return (
            *(
                f"Out of reach even alone: {one.requirements[0]!r}, at most {one.probability:.0%}"
                for one in out_of_reach
            ),
            *(f"Conflict: {conflict}" for conflict in self.found.conflicts),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as values that JSON has a form for."""
        diagnosis = self.found.diagnosis
        return {
            "designs": [receipt_as_dict(receipt) for receipt in self.receipts],
            "conflicts": [self._conflict(conflict) for conflict in self.found.conflicts],
            "out_of_reach": [
                {"requirement": one.requirements[0], "probability": one.probability} for one in diagnosis.out_of_reach
            ]
            if diagnosis
            else [],
            "wish": list(self.wish.texts),
            "method": self.found.method,
            "notes": list(self.notes),
            "models": [label for label, _ in self.receipts[0].models] if self.receipts else [],
        }

    def frame(self) -> "pd.DataFrame":
        """Return one row a design: recipe in wt%, probabilities, quality, and the predicted mean of every property."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    **{name: 100 * value for name, value in receipt.composition.items()},
                    "probability": receipt.candidate.probability,
                    "usable": receipt.candidate.usable,
                    "quality": receipt.candidate.quality,
                    **{name: found.mean for name, found in receipt.candidate.predictions.items()},
                }
                for receipt in self.receipts
            ]
        )

    def fronts(self) -> "pd.DataFrame":
        """Return what one requirement costs of another where two conflict: a row a recipe, none of them better in both.

        Columns: the two requirements, the predicted value for each in its property's unit, the recipe in wt%.
        """
        import pandas as pd

        materials = self.found.materials
        return pd.DataFrame(
            [
                {
                    "requirement": conflict.first,
                    "against": conflict.second,
                    "value": one.values[0],
                    "against value": one.values[1],
                    **{name: 100 * part for name, part in zip(materials, one.composition, strict=True)},
                }
                for conflict in self.found.conflicts
                for one in conflict.front
            ],
            columns=["requirement", "against", "value", "against value", *materials],
        )

    def page(self) -> str:
        """Return all receipts as one HTML page that needs nothing else."""
        from active_learning.asking.receipt_page import receipts_page

        return receipts_page(self)

    def _conflict(self, conflict: Conflict) -> dict[str, Any]:
        materials = self.found.materials
        return {
            "first": conflict.first,
            "second": conflict.second,
            "alone": list(conflict.alone),
            "together": conflict.together,
            "beside_the_rest": conflict.beside_the_rest,
            "front": [
                {"composition": dict(zip(materials, one.composition, strict=True)), "values": list(one.values)}
                for one in conflict.front
            ],
        }

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{receipt.number}</td>"
            f"<td>{escape(recipe_text(receipt.composition))}</td>"
            f"<td>{receipt.candidate.probability:.0%}</td>"
            + "".join(
                f"<td>{value_text(line.prediction.mean, line.unit, line.text) if line.prediction else ''}</td>"
                for line in receipt.lines
            )
            + "</tr>"
            for receipt in self.receipts
        )
        heads = "".join(f"<th>{escape(wish_text(one.text))}</th>" for one in self.wish.requirements)
        told = (*self.notes, *(wish_text(obstacle) for obstacle in self.obstacles))
        notes = "".join(f"<p>{escape(note)}</p>" for note in told)
        return (
            f"<table><thead><tr><th></th><th>recipe</th><th>probability</th>{heads}</tr></thead>"
            f"<tbody>{rows}</tbody></table>{notes}"
        )
