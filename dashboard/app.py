"""The dashboard's frame: opens the campaign, offers the pages, follows what is recorded."""

from datetime import UTC
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import acts, login
from dashboard import session as sessions
from dashboard.access import Session, guide_for
from dashboard.links import watch_links
from dashboard.parts import picture_choice, plain, simulated_banner
from dashboard.printing import prepare_for_printing
from dashboard.reloading import reload_when_blank
from dashboard.texts import text
from lab.errors import FilmlabError

_FOLLOW_SECONDS = 5
_FIRST = "today"
_ICON = Path(__file__).with_name("icon.svg")
_STYLE = Path(__file__).with_name("page.css")
# Pages by the heading that they stand under in the side bar. Streamlit would show a docstring here.
_PAGES = {
    "pages.bench": (
        ("today", ":material/today:"),
        ("robot", ":material/precision_manufacturing:"),
        ("grade", ":material/grade:"),
        ("measure", ":material/straighten:"),
    ),
    "pages.knowledge": (
        ("campaign", ":material/monitoring:"),
        ("films", ":material/layers:"),
        ("models", ":material/hub:"),
        ("explain", ":material/lightbulb:"),
        ("design", ":material/target:"),
        ("md", ":material/grain:"),
    ),
    "pages.memory": (("records", ":material/history:"),),
}


@st.fragment(run_every=_FOLLOW_SECONDS)
def follow(opened: Session) -> None:
    """Show the age of the records, and read them again when something new was recorded.

    Whoever is not known any more is put out.
    """
    if not login.is_known():
        st.rerun(scope="app")
    try:
        seal, _ = opened.followed.current()
    except FilmlabError as error:
        st.caption(text("app.lost", message=plain(error.message)))
        return
    if seal != opened.seal:
        st.rerun(scope="app")
    last = max((event.at for event in opened.records.events.values()), default=None)
    moment = f"{last.astimezone(UTC):%Y-%m-%d %H:%M}" if last else ""
    st.caption(text("app.as_of", moment=moment) if last else text("app.no_records"))


@st.fragment(run_every=_FOLLOW_SECONDS)
def wait_for_campaign() -> None:
    """Open the campaign as soon as there is one."""
    try:
        sessions.open_session()
    except FilmlabError:
        return
    st.rerun(scope="app")


def show_start(error: FilmlabError) -> None:
    """Show what to do where there is no campaign to show, at whatever address was asked for."""
    sessions.keep(guide_for(error, sessions.workspace_root()))
    start = partial(st.Page, "screens/start.py", title=text("pages.start"), icon=":material/flag:")
    # The address stays: its page is shown as soon as there is a campaign, or the store can be read again.
    names = [name for listed in _PAGES.values() for name, _ in listed]
    page = st.navigation([start(default=True), *(start(url_path=name, visibility="hidden") for name in names)])
    page.run()
    wait_for_campaign()


def pages() -> dict[str, list[StreamlitPage]]:
    """Return the pages of a campaign by heading."""
    found = {text(heading): [_page(name, icon) for name, icon in listed] for heading, listed in _PAGES.items()}
    # The first page's address is that of the dashboard; people guess that it has one of its own like the others.
    guessed = st.Page(_go_to_first, title=text(f"pages.{_FIRST}"), url_path=_FIRST, visibility="hidden")
    next(iter(found.values())).append(guessed)
    return found


def _page(name: str, icon: str) -> StreamlitPage:
    first = name == _FIRST
    return st.Page(
        f"screens/{name}.py",
        title=text(f"pages.{name}"),
        icon=icon,
        default=first,
        # Streamlit keeps a name for the first page, too, and would not let it lead there.
        url_path="first" if first else name,
    )


def _go_to_first() -> None:
    st.switch_page(f"screens/{_FIRST}.py")


def choose_campaign(opened: Session, names: list[str]) -> None:
    """Let people choose the campaign to show. The address names it, so that who loads the page again stays in it."""
    here, key = opened.entry.name, sessions.CAMPAIGN
    if key not in st.session_state and st.query_params.get(key) != here:
        st.query_params[key] = here
    if st.session_state.get(key) != here:
        st.session_state[key] = here
    # None is chosen by default, as Streamlit leaves the default out of the address.
    chosen = st.selectbox(text("app.campaign"), names, index=None, required=True, key=key, bind="query-params")
    if chosen != here:
        # Somebody went back to an address that names another one.
        st.rerun()


def say_which(opened: Session, names: list[str], asked: str) -> None:
    """Say on the page which of several campaigns it is about: a phone folds the side bar away, which says it too.

    Args:
        opened: The campaign that is shown.
        names: All campaigns.
        asked: The one that the address named, as it was before the side bar was drawn.
    """
    here, title = plain(opened.entry.name), plain(opened.definition.title)
    if asked and asked not in names:
        st.warning(text("app.no_such_campaign", asked=plain(asked), here=here))
    if len(names) > 1:
        words = "app.shown_campaign_titled" if title != here else "app.shown_campaign"
        st.markdown(text(words, here=here, title=title))


def show_campaign(opened: Session, names: list[str]) -> None:
    """Show the chosen page of a campaign."""
    sessions.keep(opened)
    page = st.navigation(pages())
    several = "app.page_title_of_several" if len(names) > 1 else "app.page_title"
    st.set_page_config(page_title=text(several, page=page.title, campaign=opened.entry.name))
    asked = st.query_params.get(sessions.CAMPAIGN, "")
    with st.sidebar:
        login.person_in_sidebar()
        choose_campaign(opened, names)
        st.caption(plain(opened.definition.title))
        picture_choice()
        follow(opened)
        watch_links()
        prepare_for_printing()
        reload_when_blank()
    st.title(page.title)
    say_which(opened, names, asked)
    simulated_banner(opened)
    acts.turn_to(page.url_path)
    above = st.container()
    page.run()
    with above:
        acts.show_other_outcome()


st.set_page_config(page_title=text("app.title"), page_icon=str(_ICON), layout="wide", initial_sidebar_state=250)
st.html(_STYLE)
if login.is_known():
    try:
        found = sessions.open_session()
    except FilmlabError as nothing_to_show:
        show_start(nothing_to_show)
    else:
        show_campaign(*found)
else:
    # Without it the address of the page that was asked for would be forgotten.
    st.navigation(pages(), position="hidden")
    login.show_way_in()
