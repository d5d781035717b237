"""Train: teach a network your faces, watch it learn, stop it, go on, and use what came of it."""

from __future__ import annotations

import streamlit as st

from emotion_core.datasets.names import dataset_names
from emotion_core.training import launcher
from ui import frame, training, training_compare, training_form, training_view

frame.page_header(
    "Train",
    "Teach a network the expressions in a data set, and watch it learn. A run goes on when you leave this page.",
    wide=True,
)
frame.said()
runs, names = launcher.list_runs(), dataset_names()
parts = [training.NEW, training.RUNS, training.COMPARE]
# A run at work is what one comes to see.
first = training.RUNS if any(run.status.active for run in runs) else training.NEW
if st.session_state.get(training.PART, st.query_params.get(training.PART)) not in parts:
    frame.choose(training.PART, first)
part = st.segmented_control(
    "Part", parts, key=training.PART, bind="query-params", label_visibility="collapsed", required=True
)

if part == training.NEW:
    if names:
        training_form.new_run(names)
    else:
        training_form.no_data()
elif not runs:
    st.info("There are no runs yet. Start one and come back.", icon=":material/model_training:")
elif part == training.RUNS:
    listed = [run.name for run in runs]
    if (wished := st.session_state.get(training.RUN, st.query_params.get(training.RUN))) not in listed:
        if wished:
            st.warning(f"The run {frame.plain(wished)} is gone: its folder was deleted.", icon=":material/delete:")
        frame.choose(training.RUN, next((run.name for run in runs if run.status.active), listed[0]))
    name = st.selectbox("Run", listed, None, key=training.RUN, bind="query-params", required=True)
    if name is not None:
        training_view.run_view(name)
else:
    training_compare.compare(runs)
