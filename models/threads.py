"""A fixed number of torch threads, so that a rerun gives the same bits."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def one_thread() -> Iterator[None]:
    """Run torch on one thread, then give back the number of before.

    The order of additions, and with it the last bits, depends on the number of threads. On the small matrices of a
    committee more threads are no faster.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def in_threads(act: Callable[[T], None], parts: Sequence[T]) -> None:
    """Do something for every part of the work, side by side in as many threads as torch has.

    Within each part torch has one thread, so that the bits do not depend on their number.
    """
    import torch

    workers = min(torch.get_num_threads(), len(parts))
    with one_thread():
        if workers <= 1:
            for part in parts:
                act(part)
            return
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            for done in [pool.submit(act, part) for part in parts]:
                done.result()
