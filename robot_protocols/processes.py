"""Processes that filmlab starts and talks to through pipes."""

import subprocess


def end_process(process: subprocess.Popen[str]) -> None:
    """End a process at once, wait until it is gone, and close our ends of its pipes."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
