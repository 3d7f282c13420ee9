"""Deciding whether the loops go on."""

from functools import partial

import streamlit as st

from active_learning.campaign.progress import loops_done
from active_learning.campaign.trainings import last_training
from dashboard.access import Session
from dashboard.login import act, desk, may_write
from dashboard.parts import plain
from dashboard.texts import text
from lab.records import Course


def show(session: Session) -> None:
    """Show what was decided after the last loop, and let people decide otherwise; nothing before the first loop."""
    done = loops_done(session.definition, session.records)
    if done == 0:
        return
    after = last_training(done, session.records).name
    decided = session.records.loop_decisions.get(after)
    if decided is not None:
        event = session.records.event_of(decided)
        said = text(f"campaign.course.{decided.course}")
        st.markdown(f"**{said}** · {plain(event.who)}, {event.at:%Y-%m-%d %H:%M} UTC  \n{plain(decided.note)}")
    with st.form("course", border=False):
        note = st.text_input(text("today.why"), key="course-note")
        with st.container(horizontal=True):
            chosen = {
                course: st.form_submit_button(
                    text(f"campaign.decide.{course}"),
                    key=f"course-{course}",
                    disabled=not may_write() or (decided is not None and decided.course is course),
                )
                for course in (Course.GO_ON, Course.STOP)
            }
    for course, pressed in chosen.items():
        if pressed and act(partial(desk().decide_course, after, course, note)):
            st.rerun()
