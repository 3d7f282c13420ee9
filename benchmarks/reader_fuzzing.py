"""Damaged files for every reader: does one ever fail in another way than by refusing, or give a wrong number?

    python -m benchmarks.reader_fuzzing --seconds 600                      # hypothesis, 600 s for each reader
    python -m benchmarks.reader_fuzzing --seconds 600 --engine atheris     # damage that is led by what the readers do
    python -m benchmarks.reader_fuzzing --seconds 600 --only jcamp-dx --only photos

What must hold is said in benchmarks/reader_targets.py. Each reader is fuzzed in a process of its own. Atheris is no
requirement of filmlab: pip install atheris.
"""

import argparse
import importlib
import inspect
import os
import sys
import time
import traceback
from collections import Counter
from typing import NoReturn

from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from benchmarks.file_damage import REWRITINGS, changed
from benchmarks.reader_targets import Target, check_part, check_same, targets

_EXAMPLES = 200
"""Examples of one round of hypothesis."""
_SHORTEST = 8
"""Bytes of noise that say what is damaged where."""


def main() -> None:
    """Fuzz one reader after another and print what became of the files."""
    known = targets()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0, help="time for each reader")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--engine", choices=("hypothesis", "atheris"), default="hypothesis")
    parser.add_argument("--only", action="append", choices=sorted(known))
    options = parser.parse_args()
    failed = []
    for name in options.only or sorted(known):
        child = os.fork()
        if child == 0:
            try:
                engine = _with_atheris if options.engine == "atheris" else _with_hypothesis
                engine(name, known[name], options.seconds, options.seed)
            except Exception:
                traceback.print_exc()
            finally:
                os._exit(1)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
            failed.append(name)
    print(f"FAILED: {', '.join(failed)}" if failed else "no reader failed in another way than by refusing")


def _finish(name: str, counts: Counter[str]) -> NoReturn:
    """Say what became of the files, and end this process."""
    said = ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))
    print(f"{name:18s} {sum(counts.values()):9,} files: {said}", flush=True)
    os._exit(0)


def _with_hypothesis(reader: str, target: Target, seconds: float, seed: int) -> NoReturn:
    counts: Counter[str] = Counter()
    deadline = time.monotonic() + seconds
    names = st.sampled_from(sorted(target.samples))
    kinds = st.sampled_from(["damaged", "damaged", "damaged", *(["cut off", *REWRITINGS] if target.is_text else [])])

    @settings(max_examples=_EXAMPLES, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(names, kinds, st.binary(min_size=_SHORTEST, max_size=80))
    def one(name: str, kind: str, noise: bytes) -> None:
        if time.monotonic() < deadline:
            counts[_try(target, name, kind, noise)] += 1

    while time.monotonic() < deadline:
        seeded(seed)(one)()
        seed += 1
    _finish(reader, counts)


def _try(target: Target, name: str, kind: str, noise: bytes) -> str:
    """Read a changed file, see that what must hold does, and return what became of it."""
    content = target.samples[name]
    if kind == "damaged":
        return "damaged and refused" if target.read(name, changed(content, noise)) is None else "damaged and read"
    whole = target.read(name, content)
    if kind == "cut off":
        found = target.read(name, content[: int.from_bytes(noise[1:5]) % len(content)])
        check_part(whole, found)
    else:
        found = target.read(name, REWRITINGS[kind](content))
        check_same(whole, found)
    return f"{'cut off' if kind == 'cut off' else 'rewritten'} and {'refused' if found is None else 'read'}"


def _with_atheris(reader: str, target: Target, seconds: float, seed: int) -> NoReturn:
    atheris = importlib.import_module("atheris")
    counts: Counter[str] = Counter()
    names = sorted(target.samples)

    def one(noise: bytes) -> None:
        provider = atheris.FuzzedDataProvider(noise)
        name = names[provider.ConsumeIntInRange(0, len(names) - 1)]
        if provider.ConsumeBool():
            content = changed(target.samples[name], provider.ConsumeBytes(80).ljust(_SHORTEST, b"\0"))
        else:
            content = provider.ConsumeBytes(2_000)
        counts["refused" if target.read(name, content) is None else "read"] += 1
        if time.monotonic() > deadline:
            _finish(reader, counts)

    # Only what is filmlab's: led by all modules it would look for paths in numpy and pandas.
    for name, module in list(sys.modules.items()):
        if name.startswith(("lab.instruments", "lab.sheets")):
            for function in vars(module).values():
                if inspect.isfunction(function) and function.__module__ == name:
                    atheris.instrument_func(function)
    deadline = time.monotonic() + seconds
    atheris.Setup(["reader_fuzzing", f"-seed={seed}", "-verbosity=0"], one)
    atheris.Fuzz()
    os._exit(1)  # it has stopped before the time was up


if __name__ == "__main__":
    main()
