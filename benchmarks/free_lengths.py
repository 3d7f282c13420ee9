"""What free length scales do to processes of made-up tables of numbers, and how often the films ask for them.

    python -m benchmarks.free_lengths [--seeds 5]

Two of some numbers make the label, or all of them do, or none; the rest is noise of a fifth of the label's SD.
Processes learn with the usual length scales, with free ones, and with what `models.kernel_choice` chose; RMSE and
negative log-likelihood are those of 400 rows that they did not see, in SDs of the labels.
"""

import argparse
from collections.abc import Callable, Sequence

import numpy as np
import torch

from lab.arrays import Array
from lab.seeds import generator
from models.gaussian_processes import fit_gaussian_processes
from models.kernel_choice import choose_kernel
from models.least_squares_machine import standardised
from models.threads import one_thread

_ASKED = 400
_NOISE = 0.2
_MADE: dict[str, Callable[[Array, np.random.Generator], Array]] = {
    "product of two": lambda numbers, rng: numbers[:, 0] * numbers[:, 1],
    "sum of all": lambda numbers, rng: numbers @ rng.normal(size=numbers.shape[1]),
    "nothing": lambda numbers, rng: rng.normal(size=len(numbers)),
}
_SIZES = ((60, 6), (100, 10), (100, 20), (200, 20))


def table(made: str, rows: int, inputs: int, seed: int) -> tuple[Array, Array]:
    """Return scaled inputs ``(rows + 400, inputs)`` and labels ``(rows + 400,)``."""
    rng = generator(seed, made, str(rows), str(inputs))
    numbers = rng.uniform(-np.sqrt(3.0), np.sqrt(3.0), (rows + _ASKED, inputs))
    truth = standardised(_MADE[made](numbers, rng))
    return numbers, standardised(truth + _NOISE * rng.normal(size=len(truth)))


def figures(numbers: Array, labels: Array, rows: int, *, free: bool) -> tuple[float, float]:
    """Return RMSE and negative log-likelihood of what comes after the rows that are learned."""
    inputs, wanted = torch.from_numpy(numbers), torch.from_numpy(labels)[None]
    found = fit_gaussian_processes(
        inputs[:rows],
        wanted[:, :rows],
        torch.zeros(1, rows, dtype=torch.double),
        bends=torch.ones(inputs.shape[1], dtype=torch.bool),
        free=torch.tensor([free]),
    )
    mean, variance = found.predict(inputs[rows:])
    total, squares = variance + found.noise, (wanted[:, rows:] - mean) ** 2
    return float(squares.mean().sqrt()), float(0.5 * (squares / total + (2.0 * torch.pi * total).log()).mean())


def row(made: str, rows: int, inputs: int, seeds: int) -> str:
    """Return a line of the report."""
    found, wanted = [], 0
    for seed in range(seeds):
        numbers, labels = table(made, rows, inputs, seed)
        choice = choose_kernel(
            numbers[:rows],
            labels[None, :rows],
            np.zeros((1, rows)),
            bends=np.ones(inputs, dtype=bool),
            recipes=np.arange(rows),
            rng=generator(seed, "halves"),
        )
        both = [figures(numbers, labels, rows, free=free) for free in (False, True)]
        found.append([*both, both[int(choice.free[0])]])
        wanted += int(choice.free[0])
    cells = [f"{value:.3f}" for column in np.mean(found, axis=0).T for value in column]
    return f"| {made} | {inputs} | {rows} | {' | '.join(cells)} | {wanted} of {seeds} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description="Compare processes with usual and with free length scales.")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args(arguments)
    heads = [f"{figure} {way}" for figure in ("RMSE", "NLL") for way in ("usual", "free", "chosen")]
    print(f"| made of | inputs | rows | {' | '.join(heads)} | free |\n|{'---|' * 10}")
    with one_thread():
        for made in _MADE:
            for rows, inputs in _SIZES:
                print(row(made, rows, inputs, options.seeds), flush=True)


if __name__ == "__main__":
    main()
