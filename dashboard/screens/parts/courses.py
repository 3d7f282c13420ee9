"""Deciding whether the loops go on."""

from functools import partial

import streamlit as st

from active_learning.campaign.courses import can_decide
from active_learning.campaign.progress import loops_done
from active_learning.campaign.trainings import last_training
from dashboard.access import Session
from dashboard.acts import act_button, show_outcome, times_done
from dashboard.login import desk
from dashboard.parts import plain
from dashboard.session import here
from dashboard.texts import text
from lab.errors import ChangedMeanwhileError
from lab.records import Course, LoopDecision

_ABOUT = "course"


def show(session: Session) -> None:
    """Show what was decided after the last loop, and let people decide otherwise; nothing before the first loop.

    After the last loop of the plan there is nothing left to decide about.
    """
    done = loops_done(session.definition, session.records)
    if done == 0:
        return
    after = last_training(done, session.records).name
    decided = session.records.loop_decisions.get(after)
    if decided is not None:
        event = session.records.event_of(decided)
        said = text(f"campaign.course.{decided.course}")
        st.markdown(f"**{said}** · {plain(event.who)}, {event.at:%Y-%m-%d %H:%M} UTC  \n{plain(decided.note)}")
    if not can_decide(session.definition, session.records):
        return
    with st.form("course", border=False):
        note = here(f"course-note-{times_done(_ABOUT)}")
        st.text_input(text("today.why"), key=note)
        with st.container(horizontal=True):
            for course in (Course.GO_ON, Course.STOP):
                act_button(
                    f"course-{course}",
                    text(f"campaign.decide.{course}"),
                    partial(_decide, after, course, note, decided),
                    about=_ABOUT,
                    place=st.form_submit_button,
                    disabled=decided is not None and decided.course is course,
                )
    show_outcome(_ABOUT)


def _decide(after: str, course: Course, note: str, seen: LoopDecision | None) -> None:
    """Record a decision, unless somebody else decided since the page was drawn: it would be overruled unseen."""
    at = desk()
    records = at.campaign.records()
    decided = records.loop_decisions.get(after)
    if decided is not None and decided != seen:
        event = records.event_of(decided)
        said = text(f"campaign.course.{decided.course}")
        raise ChangedMeanwhileError(
            text("campaign.decided_meanwhile", said=said, who=event.who, when=f"{event.at:%Y-%m-%d %H:%M}"),
            hint=text("campaign.decide_again"),
        )
    at.decide_course(after, course, str(st.session_state[note]))
