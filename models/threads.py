"""A fixed number of torch threads, so that a rerun gives the same bits."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Run torch on one thread, then give back the number of before.

    The order of additions, and with it the last bits, depends on the number of threads. On the small matrices of a
    committee more threads are no faster.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
