"""What a campaign has learned, taken apart: Shapley values of every property and of quality, film by film."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from lab.arrays import Array
from lab.errors import UnknownNameError
from lab.names import known_hint
from lab.seeds import generator

if TYPE_CHECKING:
    import pandas as pd
    import shap

    from active_learning.asking.oracle import Oracle
    from models.explain import Explanation

BACKGROUND = 40
"""Films that stand for "not known": more change the values little and cost time in proportion."""

QUALITY = "quality"
_SYNERGY_SHARE = 0.05
"""A pair's synergy is averaged over films that hold at least so much of both."""


@attrs.frozen(eq=False)
class Explained:
    """Shapley values of n films with k materials for p outputs: the learned properties and quality."""

    question: str
    """What took the place of an unknown material, see `models.explain.Question`."""
    outputs: tuple[str, ...]
    units: tuple[str, ...]
    players: tuple[str, ...]
    """Materials, and attributes of batches where films vary in them."""
    films: tuple[str, ...]
    recipes: Array
    """Weight fractions of the films, ``(n, materials)``."""
    values: Array
    """``(n, k, p)``, in the outputs' units."""
    base: Array
    """``(p,)``"""
    interactions: Array | None
    """``(n, k, k, p)``; None for too many players."""
    spread: Array
    """Standard deviation of the predictions over the films, ``(p,)``: the scale on which a value is large or small."""
    simulated: bool
    chance: Array | None = None
    """Importance that attributes reach by chance, where films get their values at random, ``(k, p)``, NaN for
    materials; None where it was not looked for."""
    drawn_from: int = 0
    """Measured films that those explained were drawn from, at random; 0 where all, or films by name, are explained."""

    @property
    def drawn(self) -> str:
        """Which films are explained, in words; nothing where it is all of them, or films by name."""
        from models.explain import drawn_text

        return drawn_text(len(self.films), self.drawn_from) if self.drawn_from else ""

    @property
    def importance(self) -> Array:
        """Mean absolute Shapley value over the spread of the output, ``(k, p)``."""
        found: Array = np.abs(self.values).mean(axis=0) / np.where(self.spread > 0, self.spread, 1.0)
        return found

    @property
    def beyond_chance(self) -> Array:
        """Importance without what chance gives, ``(k, p)``: the root of the difference of squares, at least 0.

        Noise and effect are independent, so their squares add.
        """
        chance = np.zeros_like(self.importance) if self.chance is None else np.nan_to_num(self.chance)
        found: Array = np.sqrt(np.maximum(self.importance**2 - chance**2, 0.0))
        return found

    def ranking(self, output: str) -> list[str]:
        """Return the players, from the one that matters most for an output, beyond chance, to the least."""
        order = np.argsort(-self.beyond_chance[:, self._output(output)], kind="stable")
        return [self.players[player] for player in order]

    def direction(self, player: str, output: str) -> float:
        """Return the correlation of a material's fraction with its Shapley value: +1 where more of it means more."""
        place = self.players.index(player)
        fractions, values = self.recipes[:, place], self.values[:, place, self._output(output)]
        if fractions.std() < 1e-12 or values.std() < 1e-12:
            return 0.0
        return float(np.corrcoef(fractions, values)[0, 1])

    def slope(self, material: str, output: str) -> float:
        """Return by how much a material's Shapley value rises from none to all of it, in the output's unit.

        The slope of a straight line through the values over the fractions (least squares); 0 where all films hold the
        same of it.
        """
        place = self.players.index(material)
        fractions = self.recipes[:, place] - self.recipes[:, place].mean()
        squares = float(fractions @ fractions)
        return float(fractions @ self.values[:, place, self._output(output)]) / squares if squares > 1e-12 else 0.0

    def row_of(self, film: str) -> int:
        """Return the row of a film.

        Raises:
            UnknownNameError: If it was not explained.
        """
        if film not in self.films and self.drawn_from:
            raise UnknownNameError(
                f"film {film!r} is not among those explained: {self.drawn}",
                hint=f"explain it by name, as Oracle.explain(films=[{film!r}]) does",
            )
        return _row_of(film, self.films)

    def steps(self, film: str) -> "pd.DataFrame":
        """Return how the mean of all films becomes one film's prediction: a row an output, a column a player.

        Columns: ``base``, one for each player, ``prediction``, ``unit``.

        Raises:
            UnknownNameError: If the film was not explained.
        """
        import pandas as pd

        values = self.values[self.row_of(film)]
        table = pd.DataFrame(values.T, index=pd.Index(self.outputs, name="output"), columns=list(self.players))
        table.insert(0, "base", self.base)
        return table.assign(prediction=self.base + values.sum(axis=0), unit=self.units)

    def synergy(self, first: str, second: str, output: str) -> float | None:
        """Return the mean interaction of two materials, in the output's unit, over films that hold both.

        Above 0, the two together do more than both alone. None where no film holds both or nothing is known.
        """
        if self.interactions is None:
            return None
        i, j = self.players.index(first), self.players.index(second)
        both = (self.recipes[:, [i, j]] >= _SYNERGY_SHARE).all(axis=1)
        return float(self.interactions[both, i, j, self._output(output)].mean()) if both.any() else None

    def synergies(self, output: str) -> dict[str, float | None]:
        """Return the synergy of every pair of materials, ``{"CNF x MMT": 1.5}``, see `synergy`."""
        materials = self.players[: self.recipes.shape[1]]
        return {f"{a} x {b}": self.synergy(a, b, output) for a, b in combinations(materials, 2)}

    def for_shap(self, output: str) -> "shap.Explanation":
        """Return the values of one output as the package `shap` holds such, for all that it draws.

        Films are its samples and players its features; an attribute has no number, so its data are NaN.
        """
        import shap

        column = self._output(output)
        return shap.Explanation(
            self.values[:, :, column],
            base_values=np.full(len(self.films), self.base[column]),
            data=self._fractions(),
            feature_names=list(self.players),
            output_names=output,
        )

    def _fractions(self) -> Array:
        """Return the films' weight fractions, ``(n, k)``, NaN for attributes."""
        fractions = np.full(self.values.shape[:2], np.nan)
        fractions[:, : self.recipes.shape[1]] = self.recipes
        return fractions

    def frame(self) -> "pd.DataFrame":
        """Return the values as a tidy table: film, output, player, fraction, Shapley value."""
        import pandas as pd

        n, k, p = self.values.shape
        return pd.DataFrame(
            {
                "film": np.repeat(self.films, k * p),
                "output": np.tile(self.outputs, n * k),
                "player": np.tile(np.repeat(self.players, p), n),
                "fraction": np.repeat(self._fractions().ravel(), p),
                "shapley_value": self.values.ravel(),
                "unit": np.tile(self.units, n * k),
            }
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the summary as values that JSON has a form for."""
        materials = self.players[: self.recipes.shape[1]]
        return {
            "question": self.question,
            "films": len(self.films),
            "drawn_from": self.drawn_from or None,
            "simulated": self.simulated,
            "outputs": {
                output: {
                    "unit": self.units[column],
                    "base": float(self.base[column]),
                    "ranking": self.ranking(output),
                    "importance": {
                        player: float(self.importance[place, column]) for place, player in enumerate(self.players)
                    },
                    "chance": {
                        player: float(self.chance[place, column])
                        for place, player in enumerate(self.players)
                        if self.chance is not None and np.isfinite(self.chance[place, column])
                    },
                    "direction": {material: self.direction(material, output) for material in materials},
                    "synergy": self.synergies(output),
                }
                for column, output in enumerate(self.outputs)
            },
        }

    def _output(self, name: str) -> int:
        if name not in self.outputs:
            raise UnknownNameError(f"{name!r} was not explained", hint=known_hint(name, self.outputs))
        return self.outputs.index(name)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{output}</td>"
            + "".join(f"<td>{value:.2f}</td>" for value in self.importance[:, column])
            + "</tr>"
            for column, output in enumerate(self.outputs)
        )
        heads = "".join(f"<th>{player}</th>" for player in self.players)
        caption = ", ".join(filter(None, ["mean |Shapley value| over the spread of the output", self.drawn]))
        return (
            f"<table><caption>{caption}</caption><thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )


def explain(oracle: "Oracle", question: str = "reference", films: Sequence[str] | None = None) -> Explained:
    """Explain every learned property and quality on the measured films, exactly for up to eight materials.

    Args:
        oracle: What a campaign has learned.
        question: ``reference``: unknown materials are filled up as in other films; ``rest``: the film without them.
        films: Films to explain; by default all, or of more than `MOST_FILMS` so many, drawn at random.

    Raises:
        UnknownNameError: If there is no such question, or a film was not measured.
    """
    from models.explain import MOST_FILMS, Question, background_films, drawn_rows, shapley_values

    if question not in set(Question):
        raise UnknownNameError(f"{question!r} is no question", hint=known_hint(question, Question))
    measured, definition = oracle.knowledge.films, oracle.definition
    labels, count = measured.labels, len(measured.labels)
    if films is None:
        rows = drawn_rows(count, MOST_FILMS, generator(oracle.seed, "explain", "films"))
    else:
        rows = np.array([_row_of(film, labels) for film in films], dtype=int)
    asked = predictor(oracle)
    rng = generator(oracle.seed, "explain")
    found: Explanation = shapley_values(
        asked,
        measured.compositions[rows],
        background_films(measured.compositions, BACKGROUND, rng),
        question=Question(question),
        rng=rng,
    )
    learned = [definition.properties[index] for index in oracle.knowledge.committee.learned]
    return Explained(
        question=question,
        outputs=(*(prop.name for prop in learned), QUALITY),
        units=(*(prop.unit for prop in learned), "fraction"),
        players=definition.material_names,
        films=tuple(labels[row] for row in rows),
        recipes=measured.compositions[rows],
        values=found.values,
        base=found.base,
        interactions=found.interactions,
        spread=asked(measured.compositions).std(axis=0),
        simulated=oracle.simulated,
        drawn_from=count if films is None and len(rows) < count else 0,
    )


def explained_with(oracle: "Oracle", found: Explained, film: str) -> Explained:
    """Return an explanation that holds a film: the one there is or, where the film was not drawn, that of it alone.

    Raises:
        UnknownNameError: If the film was not measured.
    """
    return found if film in found.films else explain(oracle, found.question, [film])


def _row_of(film: str, labels: Sequence[str]) -> int:
    if film not in labels:
        raise UnknownNameError(f"film {film!r} is not among the measured films", hint=known_hint(film, labels))
    return labels.index(film)


def predictor(oracle: "Oracle") -> Callable[[Array], Array]:
    """Return the function that is explained: recipes ``(n, k)`` to the learned properties and quality, ``(n, p)``."""
    committee, learned = oracle.knowledge.committee, list(oracle.knowledge.committee.learned)

    def asked(recipes: Array) -> Array:
        return np.column_stack([committee.predict(recipes).mean[:, learned], oracle.space.quality(recipes)])

    return asked
