"""What goes between the imaginary robot and whoever carries its requests."""

from email import message_from_bytes
from email.policy import HTTP
from typing import Any

import attrs


@attrs.frozen
class Request:
    """A request; header names are in small letters."""

    method: str
    path: str
    query: dict[str, str] = attrs.field(factory=dict)
    headers: dict[str, str] = attrs.field(factory=dict)
    body: bytes = b""


@attrs.frozen
class Reply:
    """An answer, and how long it takes."""

    status: int
    body: Any
    seconds: float = 0.0


class NoAnswer(Exception):
    """The connection breaks."""


def data_reply(value: Any, *, status: int = 200) -> Reply:
    """Return an answer that carries data."""
    return Reply(status, {"data": value})


def error_reply(status: int, name: str, detail: str) -> Reply:
    """Return a refusal."""
    return Reply(status, {"errors": [{"id": name, "title": name, "detail": detail, "errorCode": "4000"}]})


def files_of(request: Request) -> dict[str, str]:
    """Return the files of a form."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    form = message_from_bytes(head + request.body, policy=HTTP)
    files = {}
    for part in form.iter_parts() if form.is_multipart() else ():
        content = part.get_payload(decode=True)
        if part.get_filename() and isinstance(content, bytes):
            files[str(part.get_filename())] = content.decode("utf-8", "replace")
    return files
