"""The list of alarms."""

from collections.abc import Sequence

import streamlit as st

from dashboard.access import Session
from dashboard.parts import plain
from dashboard.texts import text
from dashboard.views.alarms import Alarm, Severity, alarms

_MOST = 8


def show_alarms(session: Session, bench: Sequence[Alarm] = ()) -> None:
    """Show what somebody should look at, faults first.

    Args:
        session: The campaign.
        bench: What should be looked at on the robot, which the campaign's records do not tell.
    """
    st.header(text("today.alarms"))
    found = [*bench, *alarms(session.definition, session.records)]
    if not found:
        st.markdown(text("today.no_alarms"))
    for alarm in found[:_MOST]:
        show_alarm = st.error if alarm.severity is Severity.FAULT else st.warning
        show_alarm(f"{plain(alarm.what)}  \n{plain(alarm.advice)}", icon=":material/notifications:")
    if len(found) > _MOST:
        st.caption(text("today.and_more", count=len(found) - _MOST))
