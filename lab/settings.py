"""Settings that come from the environment: where the workspace, the database and the robot's Python are."""

import sys
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the environment says; an empty variable counts as none."""

    model_config = SettingsConfigDict(env_prefix="FILMLAB_", env_ignore_empty=True, frozen=True, extra="ignore")

    workspace: Path = Path()
    """FILMLAB_WORKSPACE: folder of the workspace; by default the current folder."""
    database_url: str | None = None
    """FILMLAB_DATABASE_URL: address of the database; by default a SQLite file in the workspace. May hold a password."""
    robot_python: Path = Path(sys.executable)
    """FILMLAB_ROBOT_PYTHON: interpreter that has the robot vendor's simulator; by default the one that runs filmlab."""
    api_token: SecretStr | None = None
    """FILMLAB_API_TOKEN: what requests to the HTTP API have to bring; there is no API without one."""
    notify: str | None = None
    """FILMLAB_NOTIFY: who is told, addresses as Apprise writes them, separated by spaces. May hold passwords."""
    quiet_hours: str | None = None
    """FILMLAB_QUIET_HOURS: when nobody is told, local time: 20:00-07:00."""


def load_settings() -> Settings:
    """Read the settings from the environment as it is now; any text is one, so nothing can be wrong yet."""
    return Settings()
