"""All models as a table, and what their cards say beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

import emotion_core as ec
from emotion_core.inference import figure_in_percent, percent
from emotion_core.models import default_model, model_folder, own_models_folder
from ui.shared import access, models
from ui.shared.layout import plain
from ui.shared.words import without_paths

if TYPE_CHECKING:
    from emotion_core.models import Measurement, ModelCard

#: The widget with the models that are chosen in the table.
TABLE = "models_table"
#: What the address calls the models whose cards are shown.
LINKED = "model_card"


def is_own(name: str) -> bool:
    """Whether a model lies in the workspace, where it can be renamed and deleted."""
    return model_folder(name).parent == own_models_folder()


def may_change(name: str) -> bool:
    """Whether this visit may rename or delete a model: one that lies in the workspace, and is its own."""
    return is_own(name) and access.may_change(access.MODEL, name)


def choose_models() -> list[str]:
    """The table; the models that are chosen in it or named by the address, the first one where none is."""
    names = access.model_names()
    asked = st.query_params.get_all(LINKED)
    if gone := [name for name in asked if name not in names]:
        st.warning(f"Not here, or no longer: {', '.join(map(plain, gone))}.", icon=":material/delete:")

    def take() -> None:
        show([names[row] for row in st.session_state[TABLE].selection.rows] or names[:1])

    st.dataframe(
        pd.DataFrame([_row(name) for name in names]),
        key=TABLE,
        on_select=take,
        selection_mode="multi-row",
        hide_index=True,
        column_config={
            "Accuracy": st.column_config.NumberColumn(format="%.1f %%", help="On the data that its card names."),
            "Mean recall": st.column_config.NumberColumn(format="%.1f %%", help="The mean over the classes."),
            "Parameters": st.column_config.NumberColumn(format="compact"),
        },
    )
    return [name for name in dict.fromkeys(asked) if name in names] or names[:1]


def show(names: list[str]) -> None:
    """Show the cards of these models, which the address names; of sequence models they stand elsewhere."""
    if known := [name for name in names if name in access.model_names()]:
        st.query_params[LINKED] = known


def _row(name: str) -> dict[str, object]:
    from emotion_core.evaluation import main_measurement

    known = {"Default": "default" if name == default_model() else "", "From": _origin(name)}
    try:
        card = models.read_card(name)
    except ec.ModelError:
        return {"Model": name, **known, "Trained on": "cannot be used"}
    one = main_measurement(card)
    return {
        "Model": name,
        "Accuracy": one and _in_percent(one.accuracy),
        "Mean recall": one and _in_percent(one.macro_recall),
        **known,
        "Measured on": _measured_on(one) if one else "not measured",
        "Parameters": card.architecture.parameters,
        "Trained on": card.training.data,
        "Date": card.training.date,
    }


def _in_percent(share: float) -> float:
    """As a number, so that the column is sorted by it; rounded as on the card."""
    return float(figure_in_percent(share).removesuffix(" %"))


def _origin(name: str) -> str:
    return "your workspace" if is_own(name) else "this program"


def _measured_on(one: Measurement) -> str:
    from emotion_core.evaluation import labels_in_words

    return f"{one.data}, {labels_in_words(one.labels)}"


def compare_cards(names: list[str]) -> None:
    """What the cards of several models say, a column a model."""
    columns = {}
    for name in names:
        try:
            columns[plain(name)] = _facts(models.read_card(name))
        except ec.ModelError as error:
            columns[plain(name)] = {"Trained on": plain(without_paths(str(error)))}
    facts = list(dict.fromkeys(fact for column in columns.values() for fact in column))
    table = pd.DataFrame({name: [column.get(fact, "") for fact in facts] for name, column in columns.items()}, facts)
    st.table(table)


def _facts(card: ModelCard) -> dict[str, str]:
    """What can be compared, as Markdown, which tables read; figures that were measured alike stand in one line."""
    facts = {
        "Trained on": plain(card.training.data),
        "Faces": f"{card.training.faces:,}",
        "Date": plain(card.training.date),
        "Classes": plain(", ".join(card.class_order)),
        "Input": f"{card.input.size} x {card.input.size}, {'grey' if card.input.channels == 1 else 'colour'}",
        "Parameters": f"{card.architecture.parameters:,}",
        "Multiply-adds a face": f"{card.architecture.multiply_adds:,}",
        "Uncertain below": percent(card.abstain_threshold),
    }
    for one in card.measurements:
        if one.without_training_duplicates or one.test_time_augmentation:
            continue
        mix = "" if one.prior == "trained" else ", every class alike"
        facts[f"{plain(_measured_on(one))}{mix}"] = (
            f"{figure_in_percent(one.accuracy)}, mean recall {figure_in_percent(one.macro_recall)}"
        )
    return facts
