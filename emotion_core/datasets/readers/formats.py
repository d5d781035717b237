"""Readers of the forms in which people hold face data, one function a form, and one that recognises the form.

    load_dataset("fer2013.csv")
    load_dataset("faces.zip", options=ReadOptions(labels={"grumpy": "angry", "odd": None}))

The forms: FER-2013's csv, with FER+'s votes or without; a folder with a folder per emotion; pictures with codes in
their names; a table with paths and labels beside pictures, or what annotation tools write there, as COCO's json, YOLO's
texts, Pascal VOC's or CVAT's xml, LabelMe's, CreateML's, VIA's or Supervisely's json, AffectNet's .npy files; clips, as
videos or as folders of numbered frames; parquet files with pictures and labels, as data hubs publish them; numpy's
arrays. Each also in a zip or tar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.errors import ContradictionError, DatasetError, failures_named
from emotion_core.datasets.readers.archives import Archive, Folder, Tree, Zip, may_be_table, nested_archives
from emotion_core.datasets.readers.arrays import arrays
from emotion_core.datasets.readers.beside_files import beside
from emotion_core.datasets.readers.clip_files import clips
from emotion_core.datasets.readers.coco_files import coco
from emotion_core.datasets.readers.columns import has_images
from emotion_core.datasets.readers.createml_files import createml
from emotion_core.datasets.readers.csv_files import Csv
from emotion_core.datasets.readers.cvat_files import cvat
from emotion_core.datasets.readers.darwin_files import darwin
from emotion_core.datasets.readers.datumaro_files import datumaro
from emotion_core.datasets.readers.encodings import ZIP, encoding_in_words
from emotion_core.datasets.readers.fer2013 import faces_in, is_faces, is_votes, label_column
from emotion_core.datasets.readers.folders import NoLabelsError
from emotion_core.datasets.readers.foreign import is_part_of_archive, not_read
from emotion_core.datasets.readers.label_arrays import label_arrays
from emotion_core.datasets.readers.label_studio_files import label_studio
from emotion_core.datasets.readers.labelme_files import labelme
from emotion_core.datasets.readers.labels import column_of
from emotion_core.datasets.readers.legends import legend_of, names_in_table
from emotion_core.datasets.readers.name_patterns import by_pattern
from emotion_core.datasets.readers.nested import Unpacked, unpacked
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.parquet_files import entries_in, numbering_in
from emotion_core.datasets.readers.path_tables import are_one_set, is_path_table, path_tables, why_no_labels
from emotion_core.datasets.readers.picture_files import Pictures, is_picture
from emotion_core.datasets.readers.reading import in_memory
from emotion_core.datasets.readers.source import Entry, Progress, Source
from emotion_core.datasets.readers.split_lists import with_split_lists
from emotion_core.datasets.readers.supervisely_files import supervisely
from emotion_core.datasets.readers.tables import is_csv, is_markdown, is_table, table_alone, table_at
from emotion_core.datasets.readers.tar_files import Tar, is_tar
from emotion_core.datasets.readers.two_sources import folders_or_files
from emotion_core.datasets.readers.via_files import via
from emotion_core.datasets.readers.voc_files import voc
from emotion_core.datasets.readers.yolo_files import yolo
from emotion_core.datasets.splits import split_in_names, split_of
from emotion_core.emotions import FER2013_NUMBERING

FORMS = (
    "FER-2013's csv; a folder, zip or tar with a folder per emotion, or with a table of paths and labels beside its "
    "pictures; parquet or npz files with pictures and labels"
)
#: What annotation tools write beside pictures, in the order in which it is looked for.
FORMS_OF_TOOLS = (
    *(coco, datumaro, label_studio, createml, via, labelme, supervisely, darwin),
    *(yolo, cvat, voc, label_arrays, beside),
)


def load_dataset(path: Path | str, votes: Path | str | None = None, options: ReadOptions | None = None) -> Dataset:
    """Read a data set of any form, recognised by looking at it, into memory, in this process.

    Args:
        path, votes: a file or a folder; FER+'s `fer2013new.csv`, if it does not lie in the same folder or zip.
        options: how it is to be read, if not as `ReadOptions` says by itself.

    Raises:
        BadRowsError: rows cannot be used; it names the first ten.
        UnknownLabelsError: labels are no known name of an emotion; it counts them.
        LabelSourcesError: folders and a table disagree.
        DatasetError: the form is not recognised, or the source cannot be read.
        OSError: there is no such file, or it may not be read.
    """
    options = options or ReadOptions()
    with failures_named(path):
        return in_memory(recognise(path, votes, options), options)[0]


def read_fer2013(csv: Path | str, votes_csv: Path | str | None = None) -> Dataset:
    """Read `fer2013.csv` (columns emotion, pixels, Usage), with FER+'s `fer2013new.csv` joined by row order if given.

    Raises:
        DatasetError: a column is missing, a label or a face is not FER-2013's, or the two files differ in rows.
        OSError: a file cannot be read.
    """
    votes = None if votes_csv is None else table_alone(votes_csv)
    return in_memory(fer2013_csv(table_alone(csv), votes), ReadOptions())[0]


def recognise(
    path: Path | str, votes: Path | str | None = None, options: ReadOptions | None = None, shown: str = ""
) -> Source:
    """Which form a file or a folder has, found by looking at what it holds; raises as `load_dataset` does.

    Args:
        shown: what it is called in messages, if not by its path.
    """
    path, options = Path(path), options or ReadOptions()
    shown = shown or str(path)
    given = None if votes is None else table_alone(votes)
    if path.is_dir():
        _check_not_stored(path, shown)
        return _recognise_tree(Folder(path, shown), given, options)
    if is_part_of_archive(path.name):
        raise DatasetError(_why_not_read(path, shown))
    if path.stat().st_size == 0:
        raise DatasetError(f"{shown} is empty; readable are {FORMS}")
    ending = path.suffix.lower()
    if ending in (".zip", ".npz") or _begins_with(path, b"PK\x03\x04"):
        return _recognise_tree(Zip(path, shown, options.encoding), given, options, path.stat().st_size)
    if may_be_table(path.name) or is_table(Folder(path.parent), path.name):
        return _recognise_csv(table_alone(path, options.encoding), given)
    if ending == ".parquet" or _begins_with(path, b"PAR1"):
        return parquet(Folder(path.parent, shown), [path.name])
    if is_tar(path):
        return _recognise_tree(Tar(path, shown), given, options, path.stat().st_size)
    raise DatasetError(_why_not_read(path, shown))


def _check_not_stored(folder: Path, shown: str) -> None:
    """Raise a DatasetError where a folder is that of a stored set, which is opened by its name."""
    if all((folder / name).is_file() for name in ("dataset.json", "table.parquet", "images.npy")):
        raise DatasetError(
            f"{shown} is the folder of a stored data set, which is used by its name; to have it elsewhere, write it "
            f"with: dataset export {folder.name} {folder.name}.csv, and import that"
        )


def fer2013_csv(csv: Csv, votes: Csv | None = None) -> Source:
    """`fer2013.csv` or `icml_face_data.csv`: emotion, pixels, Usage; with FER+'s votes, joined by the order of rows."""
    if label_column(csv.header) is None:
        raise DatasetError(
            f"{csv.name}: columns such as emotion are missing: it holds faces without labels, as Kaggle's test.csv "
            "does; import the csv that has them, such as train.csv or icml_face_data.csv"
        )
    own = column_of(csv.header, ("emotion",)) is not None and column_of(csv.header, ("pixels",)) is not None
    assumed = {str(number): name for number, name in enumerate(FER2013_NUMBERING)} if own else {}
    form = ("FER-2013's csv" if own else "a csv of pixels") + csv.way + (" with FER+'s votes" if votes else "")
    entries = partial(faces_in, csv, votes)
    numbering, is_assumed = csv.numbering or assumed, own and not csv.numbering
    return Source(form, csv.name, entries, lambda: csv.done, numbering=numbering, numbering_is_assumed=is_assumed)


def fer2013_csvs(tree: Tree, tables: list[Csv]) -> Source:
    """Several such files, each called by the split of its faces: train.csv beside test.csv."""
    progress = Progress(len(tables))
    by_name = {table.name: table for table in tables}

    def entries() -> Iterator[Entry]:
        for name in progress.over(list(by_name)):
            for entry in faces_in(by_name[name]):
                progress.within(by_name[name].done)
                yield replace(entry, place=f"{name} {entry.place}", source=f"{name} {entry.source}")

    one = fer2013_csv(tables[0])
    form = f"{len(tables)} tables like FER-2013's csv"
    return replace(one, form=form, name=tree.source, entries=entries, share=progress.share)


def parquet(tree: Tree, names: list[str]) -> Source:
    """Parquet files with pictures' bytes and labels; the split is a column, or how the files' names begin."""
    progress = Progress(len(names))

    def entries() -> Iterator[Entry]:
        for name in progress.over(names):
            yield from entries_in(tree, name, progress.within)

    source = names[0] if len(names) == 1 else tree.source
    numbering = numbering_in(tree, names[0])
    return Source("parquet files with pictures", source, entries, progress.share, numbering=numbering)


def _recognise_tree(tree: Tree, votes: Csv | None, options: ReadOptions, packed: int | None = None) -> Source:
    """The source that a tree is; archives in it are opened where nothing outside them holds faces.

    Args:
        packed: the bytes of the archive that it is; None for a folder.
    """
    if nested_archives(tree) and not _has_faces(tree):
        tree = unpacked(tree, packed)
    found = _form_of(tree, votes, options)
    if isinstance(tree, Folder):
        found = replace(found, unused=[*found.unused, *(f"{name} (a link, not followed)" for name in tree.links)])
    if isinstance(tree, Zip) and tree.names_in != ZIP and (said := encoding_in_words(tree.names_in)):
        found = replace(found, form=f"{found.form}, its names{said.removeprefix(',')}")
    if isinstance(tree, Unpacked):
        found = replace(found, form=f"{found.form}, in {' and '.join(tree.archives)}")
    if isinstance(tree, (Archive, Unpacked)) and tree.repeated:
        times = f"{len(tree.repeated):,} name{'s' * (len(tree.repeated) > 1)} again, the first {tree.repeated[0]}"
        found = replace(found, form=f"{found.form}; it holds {times}: of a zip all are read, of a tar the last")
    return replace(_with_legend(tree, found), archives=len(nested_archives(tree)))


def _has_faces(tree: Tree) -> bool:
    names = tree.names()
    held = any(name.lower().endswith((".parquet", ".npy")) for name in names) or bool(Pictures(tree).names)
    return held or any(is_faces(table.header) for table in _tables(tree, names, "")[0])


def _with_legend(tree: Tree, source: Source) -> Source:
    """A source with what files in the tree say of numbers, where the source does not say so itself."""
    if source.numbering:
        return source
    legend = legend_of(tree, [name for name in tree.names() if is_picture(name)])
    if legend.contradiction:
        return replace(source, legend=[legend.contradiction])
    return replace(source, numbering=legend.names, numbering_is_assumed=bool(legend.names), legend=legend.files)


def _form_of(tree: Tree, votes: Csv | None, options: ReadOptions) -> Source:
    names, pictures = tree.names(), Pictures(tree, everywhere=True)
    tables, unreadable = _tables(tree, names, options.encoding)
    faces = [table for table in tables if is_faces(table.header)]
    ballots = [votes] if votes else [table for table in tables if is_votes(table.header)]
    labelled = [table for table in faces if label_column(table.header) is not None]
    if len(labelled) > 1 and are_one_set(labelled):
        return fer2013_csvs(tree, labelled)
    if faces:
        return _one_of(tree, labelled or faces, ballots)
    read = {table.name for table in tables}
    parquets = [name for name in names if name.lower().endswith(".parquet") and name not in read]
    if parquets:
        return parquet(tree, parquets)
    if not options.name_pattern and (moving := clips(pictures, options)):
        return moving
    if not pictures.names:
        lists = [name for name in names if name.lower().endswith(".npy")]
        if lists:
            return arrays(tree, lists)
        packed = [name for name in names if name.lower().endswith(".npz")]
        if len(packed) == 1 and isinstance(tree, Folder):
            return _form_of(Zip(tree.open(packed[0]), packed[0]), votes, options)
        raise unreadable or DatasetError(_nothing_there(tree, tables))
    if options.name_pattern:
        return by_pattern(pictures, options.name_pattern)
    ballot = _only(tree, ballots) if ballots else None
    try:
        found = folders_or_files(pictures, _annotations(pictures, tables), ballot, options)
    except NoLabelsError as error:
        raise unreadable or _with_what_is_not_read(error, names, tables) from None
    return with_split_lists(found, pictures, tables)


def _one_of(tree: Tree, faces: list[Csv], ballots: list[Csv]) -> Source:
    """The one table with faces; of several the one that says their splits, as icml_face_data.csv beside train.csv."""
    whole = [table for table in faces if column_of(table.header, ("usage", "split")) is not None]
    csv, votes = _only(tree, whole if len(whole) == 1 else faces), _only(tree, ballots) if ballots else None
    read = {csv.name, *([votes.name] if votes else []), *nested_archives(tree)}
    return replace(fer2013_csv(csv, votes), unused=[name for name in tree.names() if name not in read])


def _with_what_is_not_read(error: NoLabelsError, names: list[str], tables: list[Csv]) -> DatasetError:
    """What stopped the search for labels, and which file may hold them in a way that is not read."""
    unread = next((why for table in tables if has_images(table) and (why := why_no_labels(table))), "")
    kind = unread or not_read(names)
    return DatasetError(f"{error}. {kind}") if kind else error


def _annotations(pictures: Pictures, tables: list[Csv]) -> Source | None:
    """What tables or other files beside pictures say of them; None where there are none."""
    lists = [table for table in tables if not is_votes(table.header) and is_path_table(table)]
    lists = [table for table in lists if not names_in_table(table, pictures.names)]
    # What Kaggle shows of how answers are handed in holds no labels, though it looks so.
    lists = [table for table in lists if "submission" not in table.name.casefold()] or lists
    written = [table for table in lists if is_markdown(table.name)]
    if len(lists) > len(written):
        return _path_tables(pictures, [table for table in lists if not is_markdown(table.name)], tables)
    if of_a_tool := next((found for form in FORMS_OF_TOOLS if (found := form(pictures))), None):
        return of_a_tool
    # A README may show a few pictures as examples, whatever says what all of them show.
    listed = sum(1 for table in written for _ in table.rows())
    return _path_tables(pictures, written, tables) if 2 * listed > len(pictures.names) else None


def _path_tables(pictures: Pictures, lists: list[Csv], tables: list[Csv]) -> Source:
    """The source of one or more tables with paths and labels; of several that are no one set it asks which."""
    lists = lists if are_one_set(lists) else [_only(pictures.tree, lists)]
    return path_tables(lists, pictures, _split_by_the_others(lists[0], tables))


def _split_by_the_others(table: Csv, tables: list[Csv]) -> str:
    """The split that a table is called by, if there is another table for another split, such as test.csv."""
    own = split_in_names(table.name)
    others = {split_of(split_in_names(one.name)) for one in tables if has_images(one)} - {split_of(own), None}
    return own if others else ""


def _tables(tree: Tree, names: list[str], encoding: str) -> tuple[list[Csv], DatasetError | None]:
    """The tables that can be read, and why another csv cannot: it may be no part of the data."""
    tables: list[Csv] = []
    unreadable = None
    stems = {PurePosixPath(name).stem for name in names if is_picture(name)}
    for name in names:
        # A text called as a picture is of that picture alone.
        if PurePosixPath(name).stem in stems or not is_table(tree, name):
            continue
        try:
            tables.append(table_at(tree, name, encoding, lambda: names))
        except DatasetError as error:
            unreadable = error if is_csv(name) or isinstance(error, ContradictionError) else unreadable
    return tables, unreadable


def _recognise_csv(csv: Csv, votes: Csv | None) -> Source:
    if is_votes(csv.header):
        raise DatasetError(f"{csv.name} holds FER+'s votes and no faces; give it along with FER-2013's csv or pictures")
    return fer2013_csv(csv, votes) if is_faces(csv.header) else path_tables([csv], Pictures(csv.tree))


def _nothing_there(tree: Tree, tables: list[Csv]) -> str:
    inner = nested_archives(tree)
    if inner and not not_read(inner[:1]):
        outer = "" if isinstance(tree, Folder) else f"{Path(tree.source).name}, then "
        return (
            f"{tree.source} holds no pictures but the archive {inner[0]}, which is not opened: "
            f"unpack {outer}{inner[0]}{_command_for(inner[0])}, and import the folder"
        )
    if kind := not_read(tree.names()):
        return f"{tree.source} holds no pictures; {kind}"
    table = next((table for table in tables if is_csv(table.name)), None)
    if table:
        columns = ", ".join(table.header)[:200]
        beside = ", or put the pictures that it names beside it" if has_images(table) else ""
        return (
            f"{tree.source} holds no pictures, and {table.name} with the columns {columns} is no form of faces: call "
            f"its columns emotion and pixels, as FER-2013's csv does{beside}"
        )
    if isinstance(tree, Folder) and tree.links:
        return f"{tree.source} holds no pictures but the link {tree.links[0]}, which is not followed; import its target"
    inside = f", nor does {' or '.join(tree.archives)} in it" if isinstance(tree, Unpacked) else ""
    return f"{tree.source} holds no pictures{inside}; readable are {FORMS}"


def _why_not_read(path: Path, shown: str) -> str:
    """Why a file is no data set, with the command that unpacks it where it is an archive of another kind."""
    name = Path(shown).name
    for magic, command in ((b"Rar!\x1a\x07", "unar"), (b"7z\xbc\xaf\x27\x1c", "7z x")):
        if _begins_with(path, magic):
            return f"{shown} is an archive that is not read; unpack it with: {command} {name}, and import the folder"
    if kind := not_read([name]):
        return f"{shown}: {kind}"
    return f"{shown} is no data set that can be read; readable are {FORMS}"


def _command_for(archive: str) -> str:
    """With which command an archive is unpacked, if it needs one that not everybody knows."""
    commands = {".rar": "unar", ".7z": "7z x", ".gz": "gunzip -k"}
    command = commands.get(PurePosixPath(archive.lower()).suffix)
    return f" with: {command} {archive}" if command else ""


def _only(tree: Tree, tables: list[Csv]) -> Csv:
    if len(tables) > 1:
        named = ", ".join(table.name for table in tables)
        how = "name one of them by its path, or leave only one there"
        raise DatasetError(f"{tree.source} holds several tables: {named}; {how}")
    return tables[0]


def _begins_with(path: Path, magic: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(magic)) == magic
