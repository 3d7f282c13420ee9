"""Addresses of robots: http or https, a host, and nothing else."""

from urllib.parse import urlsplit

from lab.errors import InvalidInputError

DEFAULT_PORT = 31950
"""Port of the robot's HTTP API."""
_HINT = f"give an address such as http://192.168.1.20:{DEFAULT_PORT}"


def robot_address(url: str) -> str:
    """Return a robot's address in its plain form, with the API's port where none is given.

    Raises:
        InvalidInputError: With everything that is wrong with it.
    """
    faults = []
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise InvalidInputError("robot address", [f"{url!r}: {error}"], hint=_HINT) from error
    if parts.scheme not in {"http", "https"}:
        faults.append(f"{url!r} is not an http or https address")
    if not parts.hostname:
        faults.append(f"{url!r} names no host")
    if parts.username is not None or parts.password is not None:
        faults.append("an OT-2 knows no user names or passwords: leave them out of the address")
    if parts.path.strip("/") or parts.query or parts.fragment:
        faults.append(f"{url!r} goes on after the host: only the host and port are needed")
    if faults:
        raise InvalidInputError("robot address", faults, hint=_HINT)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    default = DEFAULT_PORT if parts.scheme == "http" else 443
    return f"{parts.scheme}://{host}:{port or default}"
