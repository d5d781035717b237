"""What can be wrong with a run, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, get_args

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError


class RunError(RuntimeError):
    """A run that cannot be started, read or used; the message says in one sentence why and what can be done."""


def divergence(epoch: int) -> RunError:
    """What is raised where the loss became no number in an epoch, counted from 1."""
    return RunError(
        f"the loss is no number any more in epoch {epoch}: the steps are too large; start a new run with a lower "
        "learning rate"
    )


def explain(error: ValidationError, model: type[BaseModel], kind: str = "hyperparameter") -> str:
    """What is wrong with the fields of a model, in one sentence: the first of them, and what is allowed.

    Args:
        model: whose fields they are.
        kind: what its fields are called.
    """
    first = error.errors()[0]
    path = [str(step) for step in first["loc"]]
    owner = _owner(model, path)
    shown = path[1:] if path[:1] == ["recipe"] and len(path) > 1 else path
    what = " ".join(shown).replace("_", " ") or "configuration"
    given, context = f"the {what} cannot be {first['input']!r}", first.get("ctx", {})
    match first["type"]:
        case "extra_forbidden" if owner:
            return f"there is no {kind} {'.'.join(shown)!r}; there are {', '.join(owner.model_fields)}"
        case "model_type" if owner and path and (part := _model_in(owner.model_fields[path[-1]].annotation)):
            return f"{given}; allowed are {', '.join(f'{path[-1]}.{name}' for name in part.model_fields)}"
        case "missing":
            return f"the {what} is missing"
        case "value_error":
            return f"{given}; allowed are {context['error']}"
        case "literal_error":
            return f"{given}; allowed are {context['expected']}"
        case _:
            return f"{given}; allowed is {_range(owner, path) or first['msg']}"


def _owner(model: type[BaseModel], path: list[str]) -> type[BaseModel] | None:
    """The model that has the field at a path; None where it is within something else, such as a dictionary."""
    found: type[BaseModel] | None = model
    for step in path[:-1]:
        field = found.model_fields.get(step) if found else None
        found = _model_in(field.annotation) if field else None
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a type is, or may be: `Augmentation` of `Augmentation | None`."""
    from pydantic import BaseModel  # here: what trains elsewhere has this file and no pydantic

    for one in (annotation, *get_args(annotation)):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def _range(owner: type[BaseModel] | None, path: list[str]) -> str:
    """The numbers that a field allows, in words; empty where it is no number."""
    if owner is None or not path:
        return ""
    field = owner.model_json_schema()["properties"].get(path[-1], {})
    kind = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}.get(field.get("type"), "")
    return " ".join([kind, *_limits(field)]) if kind else ""


def _limits(field: dict[str, Any]) -> Iterator[str]:
    for key, words in (
        ("minimum", "from {:.10g}"),
        ("exclusiveMinimum", "above {:.10g}"),
        ("maximum", "to {:.10g}"),
        ("exclusiveMaximum", "below {:.10g}"),
    ):
        if key in field:
            yield words.format(field[key])
