"""Talking to an OT-2 over HTTP: typed values out, failures as values, nothing sent anywhere but to the robot."""

from robot_protocols.robot_client.client import Ot2Client
from robot_protocols.robot_client.failures import FailureCode, RobotFailure
from robot_protocols.robot_client.identity import RobotIdentity, identify
from robot_protocols.robot_client.values import RunAction, RunPhase

__all__ = ["FailureCode", "Ot2Client", "RobotFailure", "RobotIdentity", "RunAction", "RunPhase", "identify"]
