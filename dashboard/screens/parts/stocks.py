"""What stands on the robots' decks: stocks and tips that are left, and what was refilled."""

from functools import partial

import streamlit as st

from dashboard.access import Session
from dashboard.acts import act_button, show_outcome
from dashboard.login import desk
from dashboard.numbers import Typed, read_number
from dashboard.parts import explained, missing, plain, show_table
from dashboard.texts import text
from dashboard.views import robot
from lab.errors import FilmlabError
from robot_protocols.decks import Place
from robot_protocols.running.places import RobotFolder

LOW = 0.1
"""Below this share of what was put in, a container is nearly empty (its dead volume cannot be drawn)."""


def show(session: Session, folder: RobotFolder) -> None:
    """Show stocks and tips, and record what was filled up."""
    try:
        decks = robot.robot_decks(folder)
    except FilmlabError as error:
        st.error(explained(error))
        return
    if not decks:
        missing(text("robot.no_ledger"))
        return
    bar = st.column_config.ProgressColumn(text("robot.share"), format="percent", min_value=0, max_value=1)
    numbers = {name: st.column_config.NumberColumn(f"{name}, mL", format="%.1f") for name in ("loaded", "left")}
    st.markdown(f"**{text('robot.stock_levels')}**")
    containers = robot.stock_table(decks)
    show_table(session, containers, "stocks", shares=["share"], column_config={**numbers, "share": bar})
    for name in dict.fromkeys(containers[containers["share"] < LOW]["stock"]):
        st.warning(text("robot.low", stock=plain(name)), icon=":material/water_drop:")
    st.markdown(f"**{text('robot.tip_levels')}**")
    show_table(session, robot.tip_table(decks), "tips", shares=["share"], column_config={"share": bar})
    by_name = {deck.robot: deck for deck in decks}
    name = st.selectbox(text("robot.name"), list(by_name), width=320) if len(by_name) > 1 else next(iter(by_name))
    left, right = st.columns(2)
    with left:
        _refill(folder, by_name[name])
    with right:
        _swap(folder, by_name[name])


def _refill(folder: RobotFolder, deck: robot.RobotDeck) -> None:
    places = sorted(deck.state.standing)
    with st.form("refill"):
        st.markdown(f"**{text('robot.refill')}**")
        st.selectbox(
            text("robot.container"),
            places,
            format_func=lambda found: f"{deck.state.standing[found].stock} · {found.slot} {found.well}",
            key=f"refill-place-{deck.robot}",
        )
        st.text_input(text("robot.volume"), "10", key=f"refill-volume-{deck.robot}")
        filled = partial(_filled, folder, deck)
        act_button("refill-done", text("robot.refill_done"), filled, place=st.form_submit_button)
    show_outcome("refill-done")


def _filled(folder: RobotFolder, deck: robot.RobotDeck) -> None:
    """Record what stands in the form for containers."""
    place: Place = st.session_state[f"refill-place-{deck.robot}"]
    volume = read_number(Typed(text("robot.volume"), st.session_state[f"refill-volume-{deck.robot}"], most=1000.0))
    desk().refill(folder, deck.robot, place, deck.state.standing[place].stock, 1000 * volume)


def _swap(folder: RobotFolder, deck: robot.RobotDeck) -> None:
    racks = list(robot.tip_table([deck])["slot"])
    with st.form("swap"):
        st.markdown(f"**{text('robot.swap')}**")
        st.selectbox(text("robot.slot"), racks, key=f"swap-slot-{deck.robot}")
        st.caption(text("robot.swap_note"))
        swapped = partial(_swapped, folder, deck.robot)
        act_button("swap-done", text("robot.swap_done"), swapped, place=st.form_submit_button, disabled=not racks)
    show_outcome("swap-done")


def _swapped(folder: RobotFolder, name: str) -> None:
    """Record what stands in the form for tip racks."""
    desk().swap_rack(folder, name, int(st.session_state[f"swap-slot-{name}"]))
