"""Settings that come from the environment: where the workspace, the database and the robot's Python are."""

import sys
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from lab.errors import InvalidInputError

_PREFIX = "FILMLAB_"


class Settings(BaseSettings):
    """What the environment says; an empty variable counts as none."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    workspace: Path = Path()
    """FILMLAB_WORKSPACE: folder of the workspace; by default the current folder."""
    database_url: str | None = None
    """FILMLAB_DATABASE_URL: address of the database; by default a SQLite file in the workspace. May hold a password."""
    robot_python: Path = Path(sys.executable)
    """FILMLAB_ROBOT_PYTHON: interpreter that has the robot vendor's simulator; by default the one that runs filmlab."""


def load_settings() -> Settings:
    """Read the settings from the environment as it is now.

    Raises:
        InvalidInputError: If a variable cannot be understood; every fault is listed.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = [f"{_PREFIX}{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors()]
        raise InvalidInputError("environment", faults, hint="correct or unset these variables") from error
