"""Sets that come from another one: with its faces, their own corrections and, if wanted, other classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from emotion_core.datasets.class_table import ClassTable
from emotion_core.datasets.description import Description, write_description
from emotion_core.datasets.edits import Act, write_acts
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.names import EDITS_FILE, dataset_folder, dataset_names, datasets_folder, unique_name
from emotion_core.datasets.store import (
    UNKNOWN,
    comes_from,
    describe,
    edits_of,
    import_name,
    new_folder,
    stored_description,
)
from emotion_core.datasets.usage import kept_file
from emotion_core.emotions import FERPLUS_VOTES, OTHERS
from emotion_core.files import locked


def derive(base: str, name: str, classes: ClassTable | None = None) -> Description:
    """A new set that is the same as another one until it is corrected: see `edits_of`.

    A set derived from a derived one begins with its corrections.

    Args:
        classes: what the new set's classes are, by the labels of the other one; those left out are unknown in it.
            None keeps the other one's classes.

    Raises:
        DatasetError: there is no such set, the name is taken or not allowed, or the table lacks one of its classes.
    """
    root = import_name(base)
    with locked(kept_file(root)):
        parent = describe(base)
        changed: dict[str, object] = {
            "name": name,
            "base": root,
            "reading": None,
            "table_sha256": "",
            "images_sha256": "",
        }
        acts = edits_of(base).acts() if parent.base else []
        if classes is not None:
            changed |= _with_classes(parent, classes)
            acts = [_relabelled(act, classes) for act in acts]
        with new_folder(name) as folder:
            write_description(folder, parent.model_copy(update=changed))
            write_acts(folder / EDITS_FILE, acts)
    return describe(name)


def corrected_set(name: str, may_change: Callable[[str], bool] = lambda name: True) -> str:
    """The name of the set that corrections go into.

    That is a derived set itself; of an import, the one that was begun before, or a new one. So two who correct an
    import at once work on one set.

    Args:
        name: the set that is looked at.
        may_change: whether a derived set may be corrected, by its name; where not, others are looked for.

    Raises:
        DatasetError: there is no such set.
    """
    base = stored_description(name).base
    if base and may_change(name):
        return name
    wanted = f"{name[:50]} corrected"
    with locked(datasets_folder() / f".{name}.corrected.lock"):
        begun = [other for other in dataset_names() if other.startswith(wanted) and comes_from(other, base or name)]
        classes = stored_description(name).classes
        allowed = [one for one in begun if may_change(one) and stored_description(one).classes == classes]
        if allowed:
            return max(allowed, key=lambda other: (dataset_folder(other) / EDITS_FILE).stat().st_mtime)
        return derive(name, unique_name(wanted)).name


def _regrouped(counts: Mapping[str, int], table: ClassTable) -> dict[str, int]:
    """How many faces by label are how many by class."""
    found: dict[str, int] = {}
    for label, count in counts.items():
        name = table[label] or UNKNOWN
        found[name] = found.get(name, 0) + count
    return found


def _relabelled(act: Act, table: ClassTable) -> Act:
    """A correction as it is in a set of other classes."""
    return act.model_copy(update={"to": table[act.to] or UNKNOWN}) if act.act == "relabel" else act


def _with_classes(parent: Description, table: ClassTable) -> dict[str, object]:
    """What changes in a description where a table says what its classes become."""
    if missing := [name for name in parent.classes if not table.knows(name)]:
        named = ", ".join(map(repr, missing))
        raise DatasetError(f"the table does not say what becomes of {named}; name each, or say * for all others")
    labels = {*parent.classes, *OTHERS, *parent.groups}
    before = {label: parent.groups.get(label, label) for label in labels}
    voted = {name: parent.votes_as.get(name, name) for name in FERPLUS_VOTES}
    return {
        "classes": table.classes,
        "counts": {split: _regrouped(counts, table) for split, counts in parent.counts.items()},
        "colours": dict(table.colours),
        "groups": {label: None if name is None else table[name] for label, name in before.items()},
        "votes_as": {vote: None if name is None else table[name] for vote, name in voted.items()},
    }
