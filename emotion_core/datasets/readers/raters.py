"""What several raters say of one picture: a column or a row for each of them, all in a list, or how many said what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from emotion_core.datasets.readers.labels import LABEL_COLUMNS, hold_emotions, letters, may_be_labels
from emotion_core.emotions import emotion_of

#: Words by which a column says that a rater filled it, alone or in its name: rater_1, annotator2_label, Coder A.
_RATERS = {
    "rater", "raters", "annotator", "coder", "judge", "labeler", "labeller", "observer", "reviewer", "expert", "worker",
    "voter", "vote", "rating", "evaluator",
}  # fmt: skip
#: One of several labels that are no votes of equals: a model's, or the second emotion of a mixed one.
_NO_EQUALS = {
    "pred", "prediction", "predicted", "prob", "probability", "score", "confidence", "conf", "primary", "secondary",
    "dominant", "first", "second", "third", "top", "rank", "ranked", "main", "before", "after", "previous", "old",
    "new", "true", "truth", "target", "gt", "model", "classifier", "network", "net", "output",
}  # fmt: skip
#: So many columns that are only numbered, or called by names of people, are of raters.
FEWEST_UNNAMED = 3
#: What all of them, or who had the last word, say: that is the label then.
_AGREED = {"consensus", "majority", "final", "agreed", "mode", "gold", "adjudicated"}
#: What may stand beside an emotion where its votes are counted.
_COUNT = {"votes", "vote", "count", "counts", "n", "num", "raters"}
#: Votes for one emotion.
MOST_VOTES = 1000
_WHOLE = re.compile(r"\d{1,4}(\.0*)?")


def rater_columns(header: Sequence[str], columns: Mapping[int, Sequence[str]]) -> tuple[int, ...]:
    """The columns that a rater each has filled: two or more that say so, or three of labels that are alike.

    Args:
        columns: by their places what stands in those that may be labels, without empty fields.
    """
    words = {place: _words(header[place]) for place in columns}
    labels = {p: values for p, values in columns.items() if may_be_labels(values) and not words[p] & _AGREED}
    own = [set(values) for place, values in columns.items() if letters(header[place]) in LABEL_COLUMNS]
    named = [p for p in labels if words[p] & _RATERS and (_are_counted(words[p]) or hold_emotions(labels[p]))]
    # Else they may say who the raters were, beside the column with the label.
    named = [p for p in named if hold_emotions(labels[p]) or not own or any(one & set(labels[p]) for one in own)]
    if len(named) > 1:
        return tuple(named)
    if any(_words(name) & _NO_EQUALS for name in header):
        return ()
    counted = [place for place in labels if words[place] & set(LABEL_COLUMNS) and _are_counted(words[place])]
    # Noughts and ones alone are marks of a class each.
    counted = [place for place in counted if not set(labels[place]) <= {"0", "1", "0.0", "1.0"}]
    emotions = [place for place in labels if hold_emotions(labels[place])]
    people = [] if any(letters(header[place]) in LABEL_COLUMNS for place in emotions) else emotions
    return next((tuple(found) for found in (counted, people) if len(found) >= FEWEST_UNNAMED), ())


def list_column(columns: Mapping[int, Sequence[str]]) -> int | None:
    """The column of which each field lists what several raters say, as ["happy", "happy", "sad"]; None for none.

    Lists in which nothing stands twice may be of mixed emotions, about which their user is asked.
    """
    for place, values in columns.items():
        lists = [votes_in_list(value) for value in values]
        if lists and all(map(hold_emotions, lists)) and any(len(set(one)) < len(one) for one in lists):
            return place
    return None


def votes_in_list(text: str) -> tuple[str, ...]:
    """The words in a field such as ["happy", "sad"]; nothing where it is no list of such."""
    text = text.strip()
    words = [word.strip().strip("\"'") for word in text[1:-1].split(",")] if text[:1] + text[-1:] == "[]" else []
    return tuple(words) if len(words) <= MOST_VOTES and may_be_labels(words) else ()


def _words(name: str) -> set[str]:
    """The words and numbers of a column's name: rater and 1 of Rater_1 and rater1."""
    return set(re.findall(r"[a-z]+|\d+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).casefold()))


def _are_counted(words: set[str]) -> bool:
    """Whether a name tells one of several by a number or a letter, and says nothing else."""
    others = words - _RATERS - set(LABEL_COLUMNS)
    return len(others) == 1 and all(word.isdecimal() or len(word) == 1 for word in others)


def count_columns(header: Sequence[str], columns: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """The columns of which each says how many raters saw its emotion; empty where there are not two such."""
    named = {place: " ".join(sorted(_words(header[place]) - _COUNT)) for place in columns}
    called = {place: name for place, name in named.items() if emotion_of(name)}
    counts = [value for place in called for value in columns[place]]
    are_votes = all(map(_WHOLE.fullmatch, counts)) and any(float(value) > 1 for value in counts)
    return called if len(called) > 1 and are_votes else {}


def counted_votes(fields: Sequence[str], columns: Mapping[int, str]) -> tuple[str, ...]:
    """Every vote in such columns of a row; raises a ValueError where one holds no count."""
    votes: list[str] = []
    for place, label in columns.items():
        text = fields[place].strip() or "0"
        if not _WHOLE.fullmatch(text) or float(text) > MOST_VOTES:
            raise ValueError(f"{text[:40]!r} is no count of votes; allowed are whole numbers from 0 to {MOST_VOTES:,}")
        votes += [label] * int(float(text))
    return tuple(votes)
