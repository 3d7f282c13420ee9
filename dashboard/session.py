"""The campaign that a page shows: opened once, kept between reruns, read again when something was recorded."""

from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard.access import Guide, Session, chosen_entry, database_identity
from dashboard.views.coverage import coverage_table
from dashboard.views.films import film_table
from lab.campaign_files import stored_definition
from lab.campaigns import CampaignDefinition
from lab.errors import StoreError
from lab.open_campaigns import newest_definition_text
from lab.settings import load_settings
from lab.store import Store
from lab.store.following import FollowedRecords
from lab.workspace import Workspace

_SESSION = "session"
_GUIDE = "guide"
CAMPAIGN = "campaign"
"""Key of the chosen campaign's name in the session state, and its name in the page's address."""


def workspace_root() -> Path:
    """Return the folder of the workspace that the dashboard was started for."""
    return load_settings().workspace.expanduser().resolve()


@st.cache_resource(max_entries=4, show_spinner=False)
def _store(url: str, identity: str) -> Store:
    return Store.open(url)


@st.cache_resource(max_entries=8, show_spinner=False)
def _definition(toml: str, campaign: str) -> CampaignDefinition:
    return stored_definition(toml, campaign)


@st.cache_resource(max_entries=8, show_spinner=False)
def _followed(_opened: Store, url: str, identity: str, campaign: str) -> FollowedRecords:
    return FollowedRecords(_opened, campaign)


def open_session() -> tuple[Session, list[str]]:
    """Open the campaign that was chosen, and return it with the names of all campaigns.

    Raises:
        FilmlabError: If there is nothing to show (see `dashboard.access.guide_for`).
    """
    workspace = Workspace.open(workspace_root())
    url = workspace.database_url
    identity = database_identity(url)
    if identity == "missing":
        raise StoreError(
            f"there is no database at {url.removeprefix('sqlite:///')}",
            hint="put it back, or bring a backup back: filmlab db restore",
        )
    store = _store(url, identity)
    last = shown()
    wanted = st.session_state.get(CAMPAIGN) or st.query_params.get(CAMPAIGN) or (last.entry.name if last else None)
    entry, names = chosen_entry(store, wanted)
    followed = _followed(store, url, identity, entry.name)
    seal, records = followed.current()
    definition = _definition(newest_definition_text(records, workspace.artefacts) or entry.definition_toml, entry.name)
    return Session(workspace, store, entry, definition, seal, records, followed), names


@st.cache_resource(max_entries=4, show_spinner=False)
def _film_table(_session: Session, campaign: str, seal: str) -> pd.DataFrame:
    return film_table(_session.definition, _session.records)


def films_of(session: Session) -> pd.DataFrame:
    """Return the film table of a campaign, worked out once for each version of its records; do not change it."""
    return _film_table(session, session.entry.name, session.seal)


@st.cache_resource(max_entries=4, show_spinner=False)
def _coverage(_session: Session, campaign: str, seal: str) -> pd.DataFrame:
    return coverage_table(_session.definition, _session.records)


def coverage_of(session: Session) -> pd.DataFrame:
    """Return how near recipes are to films, worked out once for each version of the records; do not change it."""
    return _coverage(session, session.entry.name, session.seal)


def keep(session: Session | Guide) -> None:
    """Keep what the running page shall show."""
    st.session_state[_GUIDE if isinstance(session, Guide) else _SESSION] = session


def current() -> Session:
    """Return the campaign that the running page shows."""
    session: Session = st.session_state[_SESSION]
    return session


def shown() -> Session | None:
    """Return the campaign that was shown last, None where none was yet."""
    session: Session | None = st.session_state.get(_SESSION)
    return session


def here(key: str) -> str:
    """Return the key of a field or button in the campaign that is shown.

    Campaigns have films and decks of the same labels: what was typed, ticked, dropped or clicked in one of them is not
    meant for another.
    """
    session = shown()
    return key if session is None else f"{key}@{session.entry.name}"


def current_guide() -> Guide:
    """Return why there is no campaign to show."""
    guide: Guide = st.session_state[_GUIDE]
    return guide
