"""How fast the committee is: all networks at once, against one after the other and against scikit-learn.

    python -m benchmarks.committee_speed [--threads 2] [--sample 36]

9 properties x 16 members x 5 folds = 720 networks of equal shape learn from 135 films of the virtual lab for 400 steps.

* batched: all at once, as `models.training.train` does; also in a quarter of the steps at twice the learning rate.
* loop: the same network, optimiser, schedule and loss as a `torch.nn.Module`, one after the other.
* MLPRegressor: scikit-learn's, of the same shape, for few steps to many.

Ours and the loop keep each network at its best moment on its held-out films; of MLPRegressor the best number of steps
is to be read from the table, so all are chosen on the films that they are judged by. Of the slow ones a sample is timed
and scaled up to 720; they are compared with the batched run in as many steps or, for MLPRegressor, in few.

Then a committee of 16 members answers the 585,276 recipes of four materials in steps of 1/150: mean, SD and quality.
Times are printed by the clock and of the processor; the second depends less on what else runs on the machine.
"""

import argparse
import resource
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np
import torch

from lab.arrays import Array, Integers, Mask
from lab.campaign_files import builtin_text, parse_definition
from lab.grades import Grade
from lab.library import published_grades
from lab.seeds import generator
from lab.simplex import lattice, sample_uniform
from lab.virtual.film_world import FilmWorld
from models.committee import fit_committee
from models.folds import fold_numbers
from models.network import forward
from models.quality import fit_quality
from models.scaling import InputScale
from models.training import GaussianLoss, TrainingData, TrainingOptions, train
from models.transforms import fit_target_scale

FILMS, MEMBERS, FOLDS, STEPS, WIDTH = 135, 16, 5, 400, 48
QUICK_STEPS, QUICK_RATE = 100, 0.02
NOISE = 0.1
GRID_STEP = 1 / 150
MATERIALS = ("CNF", "MMT", "gelatin", "glycerol")


@attrs.frozen
class Taken:
    """Time by the clock and of the processor, in seconds."""

    clock: float
    processor: float

    def scaled(self, factor: float) -> "Taken":
        """Return the time of so many times the work."""
        return Taken(self.clock * factor, self.processor * factor)


def timed(act: Callable[[], Any]) -> tuple[Any, Taken]:
    """Return what an act returns, and the time that it took."""
    clock, processor = time.perf_counter(), time.process_time()
    found = act()
    return found, Taken(time.perf_counter() - clock, time.process_time() - processor)


@attrs.frozen(eq=False)
class Work:
    """What the networks learn; g = properties x members x folds."""

    scaled: Array
    """Shape ``(n, d)``."""
    labels: Array
    """Standardised, with noise, shape ``(p, n)``."""
    held_out: Mask
    """Shape ``(g, n)``."""
    which: Integers
    """The property of each network, shape ``(g,)``."""

    def data(self) -> TrainingData:
        """Return it as `models.training` wants it."""
        labels = torch.from_numpy(self.labels[self.which].astype(np.float32))
        held_out = torch.from_numpy(self.held_out.astype(np.float32))
        inputs = torch.from_numpy(self.scaled.astype(np.float32))
        return TrainingData(inputs, labels, torch.zeros_like(labels), 1 - held_out, held_out)

    def error(self, means: Array, networks: Sequence[int]) -> float:
        """Return the RMSE of networks on their held-out films, shape ``(len(networks), n)``, in label SDs."""
        rows = np.asarray(networks)
        errors = (means - self.labels[self.which[rows]]) * self.held_out[rows]
        return float(np.sqrt((errors**2).sum() / self.held_out[rows].sum()))


def films(seed: int) -> tuple[Array, Array, Any]:
    """Return 135 recipes, their nine properties with noise, and the properties."""
    definition = parse_definition(builtin_text("chen2024"), what="chen2024")
    properties = definition.properties[:9]
    points = sample_uniform(generator(seed, "films"), FILMS, 4)
    truth = FilmWorld(definition.material_names, [prop.name for prop in properties]).truth(points, {})
    noise = 1 + NOISE * generator(seed, "noise").normal(size=(FILMS, len(properties)))
    values = np.stack([truth[prop.name] for prop in properties], axis=1) * noise
    low, high = np.array([[prop.lower, prop.upper] for prop in properties]).T
    return points, np.clip(values, low, high), properties


def work(points: Array, values: Array, properties: Any, seed: int) -> Work:
    """Return the task of all networks."""
    scales = [fit_target_scale(prop, values[:, i]) for i, prop in enumerate(properties)]
    labels = np.stack([scale.forward(values[:, i]) for i, scale in enumerate(scales)])
    cuts = [fold_numbers(FILMS, FOLDS, generator(seed, "cut", member)) for member in range(MEMBERS)]
    held_out = [cut == fold for _ in properties for cut in cuts for fold in range(FOLDS)]
    which = np.repeat(np.arange(len(properties)), MEMBERS * FOLDS)
    return Work(InputScale.for_fractions(4)(points), labels, np.array(held_out), which)


def batched(task: Work, steps: int = STEPS, rate: float = 0.01) -> Array:
    """Train all networks at once; return their means at all films."""
    data = task.data()
    parameters = train(data, TrainingOptions(epochs=steps, learning_rate=rate), generator(1, "batched")).parameters
    with torch.no_grad():
        return forward(parameters, data.inputs)[0].numpy().astype(float)


def looped(task: Work, networks: Sequence[int]) -> Array:
    """Train some networks one after the other in plain torch; return their means."""
    data, options, loss = task.data(), TrainingOptions(epochs=STEPS), GaussianLoss()
    means = []
    for number in networks:
        torch.manual_seed(number)
        module = torch.nn.Sequential(
            torch.nn.Linear(4, WIDTH),
            torch.nn.SiLU(),
            torch.nn.Linear(WIDTH, WIDTH),
            torch.nn.SiLU(),
            torch.nn.Linear(WIDTH, 2),
        )
        optimiser = torch.optim.AdamW(module.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, options.learning_rate, total_steps=STEPS + 1, pct_start=0.2, cycle_momentum=False
        )
        learn, out, labels = data.learn[number] > 0, data.held_out[number] > 0, data.labels[number]
        best, kept = np.inf, np.zeros(FILMS)
        for step in range(1, STEPS + 1):
            mean, raw = module(data.inputs[learn]).T
            value = loss.of_learning(mean, torch.nn.functional.softplus(raw) + 1e-4, labels[learn]).mean()
            optimiser.zero_grad()
            value.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            if step % options.check_every == 0:
                with torch.no_grad():
                    mean, raw = module(data.inputs).T
                    variance = torch.nn.functional.softplus(raw) + 1e-4
                    tested = float(loss.of_testing(mean[out], variance[out], labels[out]).mean())
                if tested < best:
                    best, kept = tested, mean.numpy().astype(float)
        means.append(kept)
    return np.array(means)


def regressors(task: Work, networks: Sequence[int], steps: int) -> Array:
    """Train scikit-learn's MLPRegressor for some networks; return their means."""
    from sklearn.neural_network import MLPRegressor

    means = []
    for number in networks:
        learn = ~task.held_out[number]
        model = MLPRegressor(
            hidden_layer_sizes=(WIDTH, WIDTH),
            batch_size=int(learn.sum()),
            learning_rate_init=0.01,
            max_iter=steps,
            random_state=number,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns when it stops at max_iter, which is what is asked
            model.fit(task.scaled[learn], task.labels[task.which[number]][learn])
        means.append(model.predict(task.scaled))
    return np.array(means)


def compare_training(task: Work, sample: int) -> None:
    """Print the table of training."""
    networks = np.linspace(0, len(task.which) - 1, sample).astype(int).tolist()
    factor = len(task.which) / sample
    print(f"{len(task.which)} networks, {FILMS} films; torch on {torch.get_num_threads()} threads")
    print(f"{'':<26}{'clock s':>9}{'CPU s':>9}{'x clock':>9}{'x CPU':>9}{'held-out RMSE':>15}")

    def row(what: str, taken: Taken, against: Taken, means: Array) -> None:
        times = f"{taken.clock / against.clock:9.1f}{taken.processor / against.processor:9.1f}"
        print(
            f"{what:<26}{taken.clock:9.1f}{taken.processor:9.1f}{times}{task.error(means, networks):15.3f}", flush=True
        )

    means, ours = timed(lambda: batched(task))
    row(f"batched, {STEPS} steps", ours, ours, means[networks])
    means, quick = timed(lambda: batched(task, QUICK_STEPS, QUICK_RATE))
    row(f"batched, {QUICK_STEPS} steps", quick, quick, means[networks])
    means, slow = timed(lambda: looped(task, networks))
    row(f"plain loop, {STEPS} steps", slow.scaled(factor), ours, means)
    for steps in (25, 50, 100, 200):
        means, rival = timed(lambda: regressors(task, networks, steps))  # noqa: B023
        row(f"MLPRegressor, {steps} steps", rival.scaled(factor), quick, means)


def answer_grid(points: Array, values: Array, properties: Any) -> None:
    """Print how long the whole grid takes."""
    committee, fitted = timed(
        lambda: fit_committee(points, values, values * NOISE, properties, members=MEMBERS, epochs=STEPS, seed=1)
    )
    recipes = np.array([recipe.vector(MATERIALS) for recipe, _ in published_grades()])
    quality = fit_quality(recipes, [grade for _, grade in published_grades()], [Grade.A], seed=1)
    grid, made = timed(lambda: lattice(4, GRID_STEP))
    found, predicted = timed(lambda: committee.predict(grid))
    usable, graded = timed(lambda: quality.predict(grid))
    some = generator(2, "some").choice(len(grid), 2000, replace=False)
    exact = committee.predict(grid[some])
    apart = float(np.max(np.abs(found.mean[some] - exact.mean) / exact.sd))
    print(f"\n{MEMBERS} members with Gaussian processes: fit {fitted.clock:.1f} s, CPU {fitted.processor:.1f} s")
    print(f"grid of {len(grid):,} recipes        clock s    CPU s")
    for what, taken in (("list it", made), ("mean, SD, interval", predicted), ("quality", graded)):
        print(f"  {what:<30}{taken.clock:9.2f}{taken.processor:9.2f}")
    print(f"largest difference from the exact mean, of 2,000 recipes: {apart:.4f} SD of a measurement")
    print(f"share of quality 0.75 or more: {np.mean(usable >= 0.75):.3f}; 0.85 or more: {np.mean(usable >= 0.85):.3f}")
    print(f"most memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.2f} GB")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description="Time the committee.")
    parser.add_argument("--threads", type=int, default=2, help="torch's threads")
    parser.add_argument("--sample", type=int, default=36, help="networks of the slow methods that are timed")
    parser.add_argument("--grid", action="store_true", help="answer the grid only, for a clean figure of memory")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    points, values, properties = films(7)
    if not options.grid:
        compare_training(work(points, values, properties, 7), options.sample)
    answer_grid(points, values, properties)


if __name__ == "__main__":
    main()
