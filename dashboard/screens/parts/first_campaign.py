"""Beginning a campaign: materials, stocks, decks, who makes the films."""

from functools import partial

import streamlit as st

from active_learning.campaign.creating import DEFAULT_SEED, create_campaign
from dashboard.acts import act_button, show_outcome
from dashboard.login import person
from dashboard.numbers import Typed, needed_numbers, shown
from dashboard.parts import explained, plain
from dashboard.session import workspace_root
from dashboard.texts import text
from dashboard.views import first_campaign as choices
from lab.accounts import Role
from lab.campaign_drafts import CampaignDraft, CastingDraft, StockDraft
from lab.errors import FilmlabError

_FIRST = ("CNF", "MMT", "gelatin", "glycerol")


def show() -> None:
    """Let people choose, and create the campaign or take its file along to refine it."""
    with st.container(border=True):
        left, right = st.columns(2, gap="large")
        with left:
            name = st.text_input(text("first.name"), value="films", key="first-name", max_chars=100)
            stocks = _stocks()
        with right:
            properties = _properties()
            library, measured = _decks(len(stocks))
            lab = st.radio(
                text("first.lab"), ["virtual", "real"], format_func=lambda kind: text(f"first.labs.{kind}"), key="lab"
            )
        if library is None or measured is None:
            st.warning(text("first.no_deck"))
            return
        try:
            numbers = needed_numbers([field for typed in stocks.values() for field in typed])
        except FilmlabError as error:
            st.warning(explained(error))
            return
        drafts = [StockDraft(*one) for one in zip(stocks, numbers[::2], numbers[1::2], strict=True)]
        _finish(CampaignDraft(name, name, lab, drafts, properties, library, measured))


def _stocks() -> dict[str, tuple[Typed, Typed]]:
    """Ask for the materials, and for concentration and volume of the stock of each."""
    titles = choices.materials()
    chosen = st.multiselect(
        text("first.materials"), list(titles), default=list(_FIRST), format_func=titles.__getitem__, key="materials"
    )
    st.caption(text("first.stocks"))
    found = {}
    strength, volume = text("first.concentration"), text("first.volume")
    for name in chosen:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(name)}**", width=90)
            usual = choices.CONCENTRATIONS.get(name, choices.USUAL_CONCENTRATION)
            typed = st.text_input(strength, shown(usual), key=f"strength-{name}")
            at_hand = st.text_input(volume, shown(choices.VOLUME), key=f"volume-{name}")
        found[name] = Typed(f"{name}, {strength}", typed, 0.1, 500.0), Typed(f"{name}, {volume}", at_hand, 1.0, 195.0)
    return found


def _properties() -> list[str]:
    titles = choices.properties()
    return st.multiselect(
        text("first.properties"), list(titles), default=list(titles), format_func=titles.__getitem__, key="properties"
    )


def _decks(stocks: int) -> tuple[CastingDraft | None, CastingDraft | None]:
    """Ask on which deck films to be graded are made, and on which those to be measured."""
    titles = choices.decks(stocks)
    found = []
    for kind, begins in (("library", "screening"), ("measured", "casting")):
        index = next((number for number, name in enumerate(titles) if name.startswith(begins)), None)
        # The key holds the number of stocks: other decks are offered for more of them.
        deck = st.selectbox(
            text(f"first.{kind}"), list(titles), index=index, format_func=titles.__getitem__, key=f"{kind}-{stocks}"
        )
        found.append(None if deck is None else choices.casting_on(deck))
    return found[0], found[1]


def _finish(draft: CampaignDraft) -> None:
    try:
        definition = draft.to_toml()
    except FilmlabError as error:
        st.warning(explained(error))
        return
    st.caption(text("first.rest"))
    with st.container(horizontal=True):
        create = partial(_create, definition)
        act_button("first-create", text("first.create"), create, type="primary", icon=":material/flag:")
        st.download_button(
            text("first.take"), definition, "campaign.toml", "application/toml", icon=":material/download:",
            on_click="ignore",
        )  # fmt: skip
    show_outcome("first-create")


def _create(definition: str) -> None:
    who = person()
    who.check_may(Role.OPERATOR, text("may.create"))
    create_campaign(workspace_root(), definition, DEFAULT_SEED, who.name, what=text("first.what"))
