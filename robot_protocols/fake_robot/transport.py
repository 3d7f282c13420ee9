"""The imaginary robot without a network: the client's requests reach it in this process, and time is a number."""

import json

import attrs
import httpx

from robot_protocols.fake_robot.messages import NoAnswer, Reply, Request
from robot_protocols.fake_robot.robot import FakeRobot


@attrs.define
class NumberClock:
    """A clock that stands still until it is moved."""

    now: float = 0.0

    def __call__(self) -> float:
        """Return the time, s."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.now += seconds


class InProcess(httpx.BaseTransport):
    """Carries requests to an imaginary robot.

    Args:
        robot: The robot.
        clock: The robot's clock; answers that take long move it.
    """

    def __init__(self, robot: FakeRobot, clock: NumberClock) -> None:
        self.robot = robot
        self.clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request, or break the connection as the robot's faults say."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        query = dict(request.url.params.items())
        asked = Request(request.method, request.url.path, query, headers, request.read())
        try:
            reply: Reply = self.robot.handle(asked)
        except NoAnswer:
            raise httpx.ReadError("the connection was reset", request=request) from None
        limit = request.extensions.get("timeout", {}).get("read")
        if limit is not None and reply.seconds > limit:
            self.clock.sleep(limit)
            raise httpx.ReadTimeout("too slow", request=request)
        self.clock.sleep(reply.seconds)
        return httpx.Response(reply.status, content=json.dumps(reply.body).encode(), request=request)
