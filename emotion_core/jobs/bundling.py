"""A run as one file that trains on wherever there is Python with Keras: see `training.elsewhere`.

    bundle_run("seed-cnn quick 1", "run.zip")     # here
    python run.zip                                # there
    adopt_run("run.zip")                          # here again

Importing this loads no Keras.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from emotion_core.datasets.held_out import with_validation
from emotion_core.datasets.integrity import in_use, open_verified
from emotion_core.extras import need
from emotion_core.files import exporting
from emotion_core.jobs import launcher
from emotion_core.jobs.checks import validated
from emotion_core.jobs.first_network import first_network
from emotion_core.runs.config import RunConfig, read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.folder import LAST_FILE, run_folder
from emotion_core.runs.presets import SEQUENCE_NET
from emotion_core.runs.status import Status, read_status
from emotion_core.runs.writer import RunWriter

#: The program's own folder, of which some files travel.
_PROGRAM = Path(__file__).resolve().parent.parent
#: What Python begins with; it must be understood by versions that understand nothing of the rest.
_START = """import sys

if sys.version_info < (3, 11):
    sys.exit("Error: this needs Python 3.11 or later, and this is Python %d.%d" % sys.version_info[:2])

from emotion_core.training.elsewhere import main

sys.exit(main())
"""


def bundle_run(name: str, to: str | Path) -> Path:
    """Write a run that is not at work as one file: code, configuration, faces as arrays and the last checkpoint.

    Args:
        name: of a run that was stopped, has failed or is not begun.
        to: the file, which ends in .zip and is not there yet.

    Returns:
        The file.

    Raises:
        RunError: there is no such run, it works, waits or is done, it cannot succeed (see `checks.validated`), or there
            is such a file already.
        DatasetError: its data set is damaged.
        OSError: the file cannot be written, or the disk is full.
    """
    need("keras")
    folder, to = run_folder(name), Path(to)
    check_bundle_name(to)
    config = validated(read_config(folder))
    if config.architecture == SEQUENCE_NET:
        raise RunError(f"{SEQUENCE_NET} is trained within minutes wherever it is; it is not bundled")
    with launcher.only_process_of(folder), in_use(config.data):
        _refuse_unless_idle(name, read_status(folder))
        _write(to, folder, config)
    return to


def check_bundle_name(to: Path) -> None:
    """Whether a bundle can be written there.

    Raises:
        RunError: it cannot be called so, is there already, or has no folder to lie in.
    """
    if to.suffix != ".zip":
        raise RunError(f"{to} cannot be the bundle's name; it must end in .zip")
    if to.exists():
        raise RunError(f"there is a file {to} already; choose another name or delete it")
    if not to.absolute().parent.is_dir():
        raise RunError(f"there is no folder {to.absolute().parent} to write {to.name} into")


def _refuse_unless_idle(name: str, status: Status) -> None:
    if status.state in ("stopped", "failed"):
        return
    if status.state == "done":
        raise RunError(f"the run {name!r} is done, so there is nothing to train elsewhere; start a new one from it")
    raise RunError(f"the run {name!r} is {status.state} here; stop it before it is trained elsewhere")


def _write(to: Path, folder: Path, config: RunConfig) -> None:
    from emotion_core.training.bundle import ABOUT, FORMAT, pack_run, write_faces
    from emotion_core.training.elsewhere import versions
    from emotion_core.training.preparation import faces_of

    faces = faces_of(with_validation(open_verified(config.data), config.data), config.recipe)
    if not (folder / LAST_FILE).exists():
        from emotion_core.training.fit import Trainer

        Trainer(first_network(config), faces, config.recipe, RunWriter(folder), config.seed).keep()
    about = {"format": FORMAT, "config": config.model_dump(mode="json"), "versions": versions()}
    with exporting(to) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        _write_code(archive)
        archive.writestr(ABOUT, json.dumps(about, indent=1))
        write_faces(archive, faces)
        pack_run(archive, folder)


def _write_code(archive: zipfile.ZipFile) -> None:
    """Put what trains into a zip. Its packages have no face there: that would ask for what is not there."""
    from emotion_core.training.elsewhere import CODE

    archive.writestr("__main__.py", _START)
    packages = {""} | {f"{Path(file).parent.as_posix()}/" for file in CODE if "/" in file}
    for package in sorted(packages):
        archive.writestr(f"emotion_core/{package}__init__.py", "")
    for file in CODE:
        archive.write(_PROGRAM / file, f"emotion_core/{file}")
