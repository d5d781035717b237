"""Train: teach a network your faces, watch it learn, stop it, go on, and use what came of it."""

from __future__ import annotations

import streamlit as st

from emotion_core.extras import missing
from ui.shared import access, layout
from ui.shared.notifications import show_notifications
from ui.train import actions, compare, form, run
from ui.train.few_shot import turn_to_learned

layout.page_header(
    "Train",
    "Teach a network the expressions in a data set, and watch it learn. A run goes on when you leave this page.",
    wide=True,
)
show_notifications()
turn_to_learned()
runs, names = access.list_runs(), access.dataset_names()
parts = [actions.NEW, actions.RUNS, actions.COMPARE]
# A run at work is what one comes to see.
first = actions.RUNS if any(run.status.active for run in runs) else actions.NEW
if st.session_state.get(actions.PART, st.query_params.get(actions.PART)) not in parts:
    layout.choose(actions.PART, first)
part = st.segmented_control(
    "Part", parts, key=actions.PART, bind="query-params", label_visibility="collapsed", required=True
)
if part is None:  # after Back to an address without it
    st.rerun()

if part == actions.NEW:
    if hint := missing("keras"):
        st.info(f"Nothing can be trained yet: {hint}", icon=":material/extension_off:")
    elif names:
        form.new_run(names)
    else:
        form.no_data()
elif not runs:
    st.info("There are no runs yet. Start one and come back.", icon=":material/model_training:")
elif part == actions.RUNS:
    listed = [run.name for run in runs]
    if (wished := st.session_state.get(actions.RUN, st.query_params.get(actions.RUN))) not in listed:
        if wished:
            st.warning(f"The run {layout.plain(wished)} is gone: its folder was deleted.", icon=":material/delete:")
        layout.choose(actions.RUN, next((run.name for run in runs if run.status.active), listed[0]))
    name = st.selectbox("Run", listed, None, key=actions.RUN, bind="query-params", required=True)
    if name is None:  # after Back to an address without one
        st.rerun()
    run.run_view(name)
else:
    compare.compare(runs)
