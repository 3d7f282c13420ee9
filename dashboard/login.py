"""Logging in, and who the running page is shown to."""

from pathlib import Path

import streamlit as st

from dashboard.desk import Desk
from dashboard.identity import LoginGuard, Way, local_person, still_known, way_of
from dashboard.parts import explained, plain
from dashboard.session import current, workspace_root
from dashboard.texts import text
from lab.accounts import Accounts, Person, Role, accounts_path, read_accounts
from lab.errors import FilmlabError, NotAllowedError

_ENTERED = "who"
"""Key of the account that somebody logged in with, in the session's state; nothing that a browser sends changes it."""
_LOCAL_NAME = "name"
"""Key of the name that the user of this computer gave, and what it is called in the page's address, which keeps it."""
_WIDTH = 420
"""Of the form to log in, pixels."""


@st.cache_resource(show_spinner=False)
def _guard() -> LoginGuard:
    return LoginGuard()


def has_provider() -> bool:
    """Return whether an identity provider is configured (the section ``auth`` of Streamlit's secrets)."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:  # there are no secrets at all
        return False


def way() -> Way:
    """Return how people are known to this dashboard."""
    return way_of(workspace_root(), _address(), provider=has_provider())


def _address() -> str | None:
    """Return what the server listens on; None for every address of this machine."""
    address: str | None = st.get_option("server.address")
    return address


def person() -> Person:
    """Return who sits before the screen, with the role that they have at this moment.

    Raises:
        NotAllowedError: If nobody is logged in who is known.
    """
    found = _find_person()
    if found is None:
        raise NotAllowedError(text("login.nobody"), hint=text("login.again"))
    return found


def desk() -> Desk:
    """Return the desk at which the person before the screen changes the campaign that is shown."""
    return Desk(current().campaign, person)


def may_write() -> bool:
    """Return whether to offer what adds records; `Desk` refuses it anyway to who may not.

    Nobody may whose account was taken away while a part of a page is drawn anew.
    """
    try:
        found = _find_person()
    except FilmlabError:
        return False
    return found is not None and found.role.may(Role.OPERATOR)


def is_known() -> bool:
    """Return whether somebody sits before the screen who may look at anything."""
    try:
        return way() is not Way.CLOSED and _find_person() is not None
    except FilmlabError:
        return False


def show_way_in() -> None:
    """Show how to get in, or why nobody gets in."""
    try:
        if way() is Way.CLOSED:
            _closed()
        else:
            _form(read_accounts(accounts_path(workspace_root())))
    except FilmlabError as error:
        st.error(explained(error))


def person_in_sidebar() -> None:
    """Say who is logged in, and let them leave or say their name."""
    if way() is Way.LOCAL:
        st.text_input(
            text("login.name"),
            value=local_person().name,
            key=_LOCAL_NAME,
            help=text("login.name_help"),
            bind="query-params",
        )
        return
    found = person()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        who = f":material/person: **{plain(found.name)}**  \n{text(f'login.roles.{found.role}')}"
        st.markdown(who, width="content")
        st.button(text("login.leave"), key="log-out", on_click=_leave)


def _find_person() -> Person | None:
    if way() is Way.LOCAL:
        return local_person(st.session_state.get(_LOCAL_NAME))
    accounts = read_accounts(accounts_path(workspace_root()))
    entered = st.session_state.get(_ENTERED)
    if entered is not None:
        return still_known(accounts, entered)
    if has_provider() and st.user.is_logged_in and st.user.get("email_verified", True):
        return accounts.of_email(str(st.user.get("email", "")))
    return None


def _form(accounts: Accounts) -> None:
    st.title(text("login.title"))
    with st.form("login", width=_WIDTH):
        name = st.text_input(text("login.user"), autocomplete="username")
        password = st.text_input(text("login.password"), type="password", autocomplete="current-password")
        sent = st.form_submit_button(text("login.enter"), type="primary", icon=":material/login:")
    if sent:
        wait = _guard().wait(name)
        found = _guard().log_in(accounts, name, password)
        if found is not None:
            # Somebody else may have sat here before, and was put out.
            _forget()
            st.session_state[_ENTERED] = accounts.named(found.name)
            st.rerun()
        st.error(text("login.wait", seconds=f"{wait:.0f}") if wait else text("login.wrong"), width=_WIDTH)
    if has_provider():
        _provider()


def _provider() -> None:
    if st.user.is_logged_in:
        st.warning(text("login.unknown", email=plain(st.user.get("email", ""))), width=_WIDTH)
        st.button(text("login.leave"), on_click=st.logout)
    else:
        st.button(text("login.provider"), on_click=st.login, icon=":material/passkey:")


def _closed() -> None:
    place = Path(workspace_root())
    st.title(text("login.closed"))
    st.markdown(text("login.closed_detail"))
    st.code(f"filmlab account add NAME --role admin --workspace {place}", language=None)


def _leave() -> None:
    """Forget the person."""
    _forget()
    if has_provider() and st.user.is_logged_in:
        st.logout()


def _forget() -> None:
    """Forget who sits before the screen, then everything that their pages kept."""
    st.session_state.pop(_ENTERED, None)
    for key in list(st.session_state):
        del st.session_state[key]
