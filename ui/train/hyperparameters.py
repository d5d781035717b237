"""The hyperparameters of a recipe as widgets, and the recipe as they stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

from emotion_core.runs import (
    NO_AUGMENTATION,
    RECIPES,
    SEQUENCE,
    SEQUENCE_FIELDS,
    Augmentation,
    Recipe,
    RunError,
    make_recipe,
)

#: What a recipe sets for good: changing it by hand helps nobody. Class weights are a way of the class balance.
HIDDEN = ("scale", "offset", "augmentation", "distillation", "class_weights")
#: What the recipe of sequence-net is called here, which no other network is trained by.
OF_CLIPS = "clips"
#: What is shown first; the others are folded away.
FIRST = ("epochs", "batch_size", "learning_rate", "optimizer", "schedule", "early_stopping")


def first_hyperparameters(recipe_name: str) -> None:
    """Widgets for those that are set most often."""
    _widgets(recipe_name, base_recipe(recipe_name), FIRST)


def more_hyperparameters(recipe_name: str) -> None:
    """Widgets for the others."""
    there = SEQUENCE_FIELDS if recipe_name == OF_CLIPS else Recipe.model_fields
    _widgets(recipe_name, base_recipe(recipe_name), [name for name in there if name not in (*FIRST, *HIDDEN)])


def augmentation(recipe_name: str) -> None:
    """Widgets for how strongly faces are augmented."""
    settings = base_recipe(recipe_name).augmentation or NO_AUGMENTATION
    _widgets(recipe_name, settings, Augmentation.model_fields)


def chosen_recipe(recipe_name: str) -> Recipe:
    """The recipe as the widgets stand.

    Raises:
        RunError: a value is impossible.
    """
    changes = _set(recipe_name, [name for name in Recipe.model_fields if name not in HIDDEN])
    return make_recipe(base_recipe(recipe_name), **changes, augmentation=_set(recipe_name, Augmentation.model_fields))


def base_recipe(recipe_name: str) -> Recipe:
    """A recipe of the page as it is before anything is set: one of `RECIPES`, or that of sequence-net."""
    return SEQUENCE if recipe_name == OF_CLIPS else RECIPES[recipe_name].recipe


def usable_recipe(recipe_name: str) -> Recipe | None:
    """The recipe as the widgets stand; None if it cannot be used, which is said when the run is started."""
    try:
        return chosen_recipe(recipe_name)
    except RunError:
        return None


def _widgets(recipe_name: str, values: Recipe | Augmentation, names: Iterable[str]) -> None:
    with st.grid(min_column_width=220):
        for name in names:
            _widget(recipe_name, values, name)


def _widget(recipe_name: str, values: Recipe | Augmentation, name: str) -> None:
    """One widget for one field of a recipe, of the kind that the field asks for."""
    schema = values.model_json_schema()["properties"][name]
    value, label, key = getattr(values, name), name.replace("_", " ").capitalize(), key_of(recipe_name, name)
    common: dict[str, Any] = {"key": key, "help": schema.get("description")}
    if isinstance(value, bool):
        st.checkbox(label, value, **common)
    elif "enum" in schema:
        st.selectbox(label, schema["enum"], schema["enum"].index(value), **common)
    elif schema["type"] == "integer":
        st.number_input(label, schema.get("minimum"), schema.get("maximum"), value, **common)
    else:
        st.text_input(label, f"{value:g}", **common)


def key_of(recipe_name: str, name: str) -> str:
    """The key of a hyperparameter's widget: each recipe has its own, with its own value."""
    return f"hyperparameter {recipe_name} {name}"


def _set(recipe_name: str, names: Iterable[str]) -> dict[str, Any]:
    """The hyperparameters that are on the page, as they stand."""
    keys = {name: key_of(recipe_name, name) for name in names}
    return {name: st.session_state[key] for name, key in keys.items() if st.session_state.get(key) is not None}
