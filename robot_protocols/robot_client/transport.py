"""Requests to one robot: time limits, bounded repeats, no redirects, no proxies, bounded answers."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import httpx

from robot_protocols.robot_client.addresses import robot_address
from robot_protocols.robot_client.failures import FailureCode, RobotFailure

API_VERSION = "4"
"""Version of the HTTP API that is asked for; robots speak 2 to 4 and refuse requests without one."""
_LARGEST_ANSWER = 256 * 2**20
"""Bytes; the analysis of a deck of 96 films is about 2 MB."""


@attrs.frozen
class Limits:
    """Time limits and repeats."""

    connect: float = 10.0
    answer: float = 30.0
    """Seconds for one answer."""
    slow_answer: float = 120.0
    """Seconds for the creation of a run: newer robots start a process for it, which took up to 38 s."""
    attempts: int = 4
    """How often a request is sent that may be sent again."""
    pause: float = 0.5
    """Seconds before the second attempt; doubled before each further one."""


@attrs.frozen
class Answer:
    """A robot's answer."""

    status: int
    body: Any
    """The JSON value; None where the answer is no JSON."""


class Transport:
    """Sends requests to one robot and to nobody else.

    Args:
        url: The robot's address.
        limits: Time limits and repeats.
        inner: What carries the requests; the network where left out.
        sleep: How to wait between attempts.

    Raises:
        InvalidInputError: If the address is none.
    """

    def __init__(
        self,
        url: str,
        *,
        limits: Limits | None = None,
        inner: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = robot_address(url)
        self.limits = limits or Limits()
        self._sleep = sleep
        self._http = httpx.Client(
            base_url=self.address,
            headers={"Opentrons-Version": API_VERSION},
            follow_redirects=False,
            # Settings of the environment, such as a proxy, would send the robot's requests elsewhere.
            trust_env=False,
            transport=inner,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Answer | RobotFailure:
        """Ask for something; repeated when the connection fails."""
        return self._send("GET", path, repeatable=True, params=dict(params or {}))

    def post(
        self,
        path: str,
        *,
        value: Any = None,
        files: list[tuple[str, tuple[str, bytes, str]]] | None = None,
        repeatable: bool = False,
        seconds: float | None = None,
    ) -> Answer | RobotFailure:
        """Send something.

        Args:
            path: Path on the robot.
            value: JSON value to send.
            files: Files to send instead.
            repeatable: Whether sending it twice does no more than sending it once.
            seconds: Time limit of the answer.
        """
        options: dict[str, Any] = {"files": files} if files else {"json": value}
        return self._send("POST", path, repeatable=repeatable, seconds=seconds, **options)

    def _send(
        self, method: str, path: str, *, repeatable: bool, seconds: float | None = None, **options: Any
    ) -> Answer | RobotFailure:
        pause = self.limits.pause
        for attempt in range(1, self.limits.attempts + 1):
            result = self._try(method, path, seconds or self.limits.answer, options)
            if not isinstance(result, RobotFailure) or not result.may_pass or attempt == self.limits.attempts:
                return result
            # What was never sent may be sent again, whatever it is.
            if not repeatable and result.code is not FailureCode.NOT_SENT:
                return result
            self._sleep(pause)
            pause *= 2
        raise AssertionError("there is at least one attempt")

    def _try(self, method: str, path: str, seconds: float, options: dict[str, Any]) -> Answer | RobotFailure:
        limits = httpx.Timeout(seconds, connect=self.limits.connect)
        until = time.monotonic() + seconds
        try:
            with self._http.stream(method, path, timeout=limits, **options) as response:
                content = bytearray()
                for chunk in response.iter_bytes():
                    content += chunk
                    # A time limit of httpx starts anew with every byte: a trickle would last for ever.
                    if time.monotonic() > until or len(content) > _LARGEST_ANSWER:
                        return self._slow(f"sends {len(content)} bytes without an end")
        except (httpx.ConnectError, httpx.ConnectTimeout, UnicodeError) as error:
            # A UnicodeError comes of a host that no network can have, such as 192.168..5.
            return RobotFailure(
                FailureCode.NOT_SENT,
                f"{self.address} cannot be reached: {str(error) or type(error).__name__}",
                "check that the robot is on, its address, and the network",
            )
        except httpx.TimeoutException:
            return self._slow(f"gave no answer within {seconds:g} s")
        except (httpx.TransportError, httpx.DecodingError) as error:
            return RobotFailure(
                FailureCode.UNREACHABLE,
                f"the connection to {self.address} broke: {str(error) or type(error).__name__}",
                "check the network; what the robot did is found out when it can be reached again",
            )
        return self._checked(response.status_code, response.headers, bytes(content))

    def _slow(self, what: str) -> RobotFailure:
        return RobotFailure(
            FailureCode.TIMED_OUT, f"{self.address} {what}", "check the network and whether the robot is busy"
        )

    def _checked(self, status: int, headers: httpx.Headers, content: bytes) -> Answer | RobotFailure:
        if 300 <= status < 400:
            return RobotFailure(
                FailureCode.NOT_A_ROBOT,
                f"{self.address} sends to another address ({headers.get('location', 'unnamed')[:200]})",
                "give the robot's own address; redirects are not followed",
            )
        try:
            return Answer(status, json.loads(content))
        except (ValueError, RecursionError):
            return Answer(status, None)
