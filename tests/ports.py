"""Ports of this machine for servers of tests."""

import socket

HOST = "127.0.0.1"


def own_port() -> int:
    """Return a free port that the kernel chose, so that suites that run side by side do not ask for the same one."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
