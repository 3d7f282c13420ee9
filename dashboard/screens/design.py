"""Design: ask for a film and see recipes at once; what became of the campaign's wishes."""

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from active_learning.asking import Oracle
from active_learning.asking.answer import DesignAnswer
from active_learning.asking.receipt import Receipt
from active_learning.asking.receipt_page import receipts_page
from active_learning.inverse_design.dispensing import Unmakeable
from dashboard.access import Session
from dashboard.acts import act_button, show_outcome
from dashboard.login import desk, may_write
from dashboard.parts import download_csv, explained, interval_columns, missing, plain, show_plot, show_tabs
from dashboard.plots import designs
from dashboard.screens.parts import promises
from dashboard.session import current, here
from dashboard.texts import counted, text
from dashboard.views import asking
from lab.compositions import Composition
from lab.errors import FilmlabError
from lab.export.wording import name_text, number, unit_text, wish_text
from lab.hashing import sha256_of_json

_TOP = 4
_ABOUT = "propose"


def show() -> None:
    """Show the page."""
    session = current()
    tabs = {text("design.ask"): partial(_ask, session), text("design.wishes"): partial(promises.show, session)}
    show_tabs("design-tabs", tabs)


@st.cache_resource(max_entries=4, show_spinner=False)
def _oracle(_session: Session, root: str, campaign: str, known: str) -> Oracle:
    # Models that are older than the newest films answer too: the answer says so.
    return Oracle.of(_session.campaign, old=True, workspace=_session.workspace.root)


@st.cache_resource(max_entries=64, show_spinner=False)
def _answer(
    _session: Session, root: str, campaign: str, known: str, requirements: tuple[str, ...], top: int
) -> DesignAnswer:
    return _oracle(_session, root, campaign, known).design(requirements, top=top)


def _ask(session: Session) -> None:
    if not asking.can_answer(session.records):
        missing(text("design.no_models"))
        return
    found = asking.sliders(session.definition, session.records)
    left, right = st.columns([1, 3], gap="medium")
    with left:
        requirements = _requirements(session, found)
    with right:
        try:
            if not requirements:
                st.info(text("design.nothing_asked"), icon=":material/tune:")
                # Models are loaded while people still choose what to ask for.
                _oracle(session, *_known(session))
                return
            with st.spinner(text("design.searching"), show_time=True):
                answers = _answer(session, *_known(session), requirements, _TOP)
        except FilmlabError as error:
            st.error(explained(error))
            return
        _answered(session, answers)


def _known(session: Session) -> tuple[str, str, str]:
    """Return what says who answers: workspace, campaign, and what is known in it."""
    known = asking.knowledge_key(session.definition, session.records)
    return str(session.workspace.root), session.entry.name, known


def _requirements(session: Session, found: Mapping[str, asking.Slider]) -> tuple[str, ...]:
    presets = asking.presets(session.definition, session.workspace.root)
    preset = st.selectbox(
        text("design.preset"), list(presets), index=None, placeholder=text("design.own"), key="ask-preset"
    )
    asked_for = {one.name: one for one in presets.get(preset or "", ()) if one.name in found}
    # Keys hold the preset's name: choosing another one sets everything anew.
    chosen = st.multiselect(
        text("design.names"),
        list(found),
        default=list(asked_for),
        key=f"ask-for-{preset}",
        format_func=name_text,
    )
    texts = []
    for name in chosen:
        slider = found[name].with_bounds(asked_for.get(name))
        low, high = st.select_slider(
            ", ".join(filter(None, (plain(name_text(name)), plain(unit_text(slider.unit))))),
            slider.values,
            value=slider.span(asked_for.get(name)),
            key=f"ask-{preset}-{name}",
            format_func=slider.shown,
            help=plain(slider.title),
        )
        if asked := slider.text(low, high):
            texts.append(asked)
    for asked in texts:
        st.markdown(f"- {plain(wish_text(asked))}")
    return tuple(texts)


def _answered(session: Session, answers: DesignAnswer) -> None:
    if not answers.receipts:
        missing(text("design.no_recipe"))
    for note in dict.fromkeys(answers.notes):
        st.caption(f":material/info: {plain(note)}")
    for obstacle in answers.obstacles:
        st.warning(plain(wish_text(obstacle)))
    show_outcome(_ABOUT)
    label = asking.next_label(session.records)
    for column, receipt in zip(st.columns(max(1, len(answers.receipts))), answers.receipts, strict=False):
        with column.container(border=True, height="stretch"):
            _receipt(session, receipt)
            _propose(session, receipt, label)
    if answers.receipts:
        _take_along(session, answers)
        _curves(session, answers.receipts)
        models = plain(", ".join(label for label, _ in answers.receipts[0].models))
        st.caption(text("design.asked", models=models, searched=f"{answers.found.searched:,}"))


def _take_along(session: Session, answers: DesignAnswer) -> None:
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.download_button(
            text("design.receipts"),
            lambda: receipts_page(answers),
            file_name=f"{session.entry.name}-receipts.html",
            mime="text/html",
            icon=":material/receipt_long:",
            type="tertiary",
            on_click="ignore",
        )
        download_csv(session, asking.receipt_table(session.definition, answers.receipts), "recipes")


def _receipt(session: Session, receipt: Receipt) -> None:
    one = receipt.candidate
    st.markdown(f"**{text('design.recipe', number=receipt.number)}**")
    parts = zip(session.definition.material_names, one.composition.tolist(), strict=True)
    st.markdown("  \n".join(f"{plain(name)} **{number(100 * part, 4)}** wt%" for name, part in parts if part > 0))
    st.metric(text("design.probability"), f"{one.probability:.0%}", help=text("design.probability_help"))
    chances = [
        text("design.chance", asked=plain(wish_text(asked)), chance=chance) for asked, chance in one.chances.items()
    ]
    st.caption("  \n".join([text("design.quality", usable=one.usable, quality=one.quality), *chances]))
    if isinstance(one.dispensed, Unmakeable):
        st.warning(plain(one.dispensed.why), icon=":material/block:")
    elif receipt.films_possible is not None:
        st.caption(
            text("design.possible", films=counted("today.films", receipt.films_possible), minutes=one.dispensed.minutes)
        )
    impact = receipt.impact
    st.caption(text("design.impact", cost=impact.cost.value, footprint=impact.footprint.value))
    if missing_factors := sorted({*impact.cost.missing, *impact.footprint.missing}):
        st.caption(text("design.impact_less", names=plain(", ".join(missing_factors))))
    if one.distance > receipt.far:
        st.caption(f":material/travel_explore: {text('design.far')}")
    with st.popover(text("design.details"), width="stretch"):
        numbers = {name: st.column_config.NumberColumn(format="%.3g") for name in ("value", "distance")}
        numbers |= interval_columns("%.3g")
        st.markdown(f"**{text('design.predictions')}**")
        predicted = asking.prediction_table(session.definition, one)
        st.dataframe(predicted, hide_index=True, column_config=numbers)
        st.markdown(f"**{text('design.nearest')}**")
        st.dataframe(asking.neighbour_table(receipt), hide_index=True, column_config=numbers)


def _propose(session: Session, receipt: Receipt, label: str) -> None:
    """Let people propose a film of a recipe, under a label of theirs or the next one that is free."""
    words = text("design.propose")
    with st.popover(words, icon=":material/send:", disabled=not may_write(), width="stretch"):
        recipe = asking.recipe_of(session.definition, receipt.candidate)
        st.markdown(
            " · ".join(f"{plain(name)} {number(100 * part, 4)} wt%" for name, part in recipe.items() if part > 0)
        )
        # The key holds the label: when it is taken, the next one stands there.
        key = here(f"label-{receipt.number}-{label}")
        # Another recipe has another button: a click while recipes change is for the one that was shown, or for none.
        shown = sha256_of_json(dict(recipe))[:12]
        with st.form(f"propose-{receipt.number}", border=False):
            st.text_input(text("design.label"), value=label, key=key)
            st.caption(text("design.propose_note"))
            act_button(
                f"propose-sure-{receipt.number}-{shown}",
                text("design.propose_sure"),
                partial(_send, recipe, key),
                about=_ABOUT,
                place=st.form_submit_button,
                type="primary",
            )


def _send(recipe: Composition, key: str) -> str:
    """Propose a film under the label that stands in the form; return what there is to say of it."""
    label = str(st.session_state[key])
    desk().propose(label, recipe)
    return text("design.proposed", label=plain(label.strip()))


def _curves(session: Session, receipts: Sequence[Receipt]) -> None:
    curves = [
        (text("design.recipe", number=receipt.number), points)
        for receipt in receipts
        if (points := asking.curve_points(receipt)) is not None
    ]
    if not curves:
        return
    table = pd.concat([points.assign(recipe=name) for name, points in curves])
    show_plot(session, designs.stress_strain(curves), "stress-strain", text("design.curve_note"), table)


show()
