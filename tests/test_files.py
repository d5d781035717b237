import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from emotion_core.files import clear_leftovers, exporting, is_locked, locked, replace_file, replacing, scratch_beside

ROOT = Path(__file__).parent.parent
#: Holds the lock that it is given, says so, and waits to be told to end.
HOLD = """
import sys
from pathlib import Path
from emotion_core.files import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""

#: Begins to write the file that it is given, or in a folder beside it, says so, and waits to be told to go on.
WRITE = """
import sys
from pathlib import Path
from emotion_core import files
with getattr(files, sys.argv[2])(Path(sys.argv[1])) as partial:
    (partial / "part" if partial.is_dir() else partial).write_bytes(b"half")
    print("writing", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def writer(path: Path, how: str = "exporting") -> Iterator[subprocess.Popen]:
    """A process that is in the midst of writing a file, or in a folder beside it."""
    command = [sys.executable, "-c", WRITE, str(path), how]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"writing\n"
        yield process
        process.kill()


@pytest.fixture
def holder(tmp_path):
    """A process that holds the lock `tmp_path / "lock"`."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


class TestReplacing:
    def test_a_file_is_made_or_gets_new_content(self, tmp_path):
        for content in (b"old", b"new"):
            replace_file(tmp_path / "file.json", content)
            assert (tmp_path / "file.json").read_bytes() == content
        assert os.listdir(tmp_path) == ["file.json"]

    def test_what_fails_leaves_the_file_as_it_was_and_nothing_beside_it(self, tmp_path):
        (tmp_path / "file.json").write_bytes(b"old")
        with pytest.raises(ZeroDivisionError), replacing(tmp_path / "file.json") as partial:
            partial.write_bytes(b"ha")
            raise ZeroDivisionError
        assert (tmp_path / "file.json").read_bytes() == b"old"
        assert os.listdir(tmp_path) == ["file.json"]

    def test_what_fails_is_said_though_nothing_can_be_removed_either(self, tmp_path, monkeypatch):
        def refuse(*_, **__):
            raise OSError(errno.EROFS, "Read-only file system")

        monkeypatch.setattr(Path, "unlink", refuse)
        with pytest.raises(ValueError, match="first"), replacing(tmp_path / "file"):
            raise ValueError("first")

    def test_what_is_written_lies_on_the_disk_before_it_takes_the_files_place(self, tmp_path, monkeypatch):
        done = []
        sync, replace = os.fsync, os.replace
        monkeypatch.setattr(os, "fsync", lambda file: (sync(file), done.append("sync")))
        monkeypatch.setattr(os, "replace", lambda old, new: (replace(old, new), done.append("replace")))
        replace_file(tmp_path / "file.json", b"new")
        assert done == ["sync", "replace", "sync"]  # the last is the folder's

    def test_what_is_written_to_has_the_files_ending_and_is_hidden(self, tmp_path):
        with replacing(tmp_path / "net.keras") as partial:
            assert partial.suffix == ".keras" and partial.name.startswith(".") and partial.parent == tmp_path
            partial.touch()

    def test_two_threads_do_not_write_to_one_partial_file(self, tmp_path):
        names = []

        def write():
            with replacing(tmp_path / "file.json") as partial:
                names.append(partial.name)
                barrier.wait()
                partial.touch()

        barrier = threading.Barrier(2)
        threads = [threading.Thread(target=write) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(names)) == 2

    def test_a_folder_that_is_gone_is_not_made_again(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            replace_file(tmp_path / "gone" / "file.json", b"new")
        assert not (tmp_path / "gone").exists()


class TestExporting:
    @pytest.mark.parametrize("name", ["faces.csv", "no ending", "a.b[1].tar.gz", ".hidden"])
    @pytest.mark.parametrize("export", [exporting, scratch_beside])
    def test_what_a_killed_process_left_of_the_file_goes(self, tmp_path, name, export):
        target = tmp_path / name
        with writer(target, export.__name__) as process:
            process.kill()
            process.wait()
            assert len(os.listdir(tmp_path)) == 1
        with export(target) as file:
            if not file.is_dir():
                file.write_bytes(b"new")
        assert set(os.listdir(tmp_path)) <= {name}

    def test_what_a_living_process_writes_stays(self, tmp_path):
        target = tmp_path / "faces.csv"
        with writer(target) as process:
            with exporting(target) as file:
                file.write_bytes(b"ours")
            assert len(os.listdir(tmp_path)) == 2
            process.stdin.close()
            process.wait()
        assert target.read_bytes() == b"half" and os.listdir(tmp_path) == ["faces.csv"]

    def test_what_was_left_of_other_files_stays(self, tmp_path):
        with writer(tmp_path / "others.csv") as process:
            process.kill()
            process.wait()
        before = set(os.listdir(tmp_path))
        with exporting(tmp_path / "faces.csv") as file:
            file.write_bytes(b"new")
        assert set(os.listdir(tmp_path)) == {*before, "faces.csv"}

    def test_a_killed_process_of_our_own_number_is_told_from_our_threads(self, tmp_path):
        """In a container each new process has the number of the last one."""
        left = tmp_path / f".faces.{os.getpid()}-1.partial.csv"
        ours = tmp_path / f".faces.{os.getpid()}-{threading.get_ident()}.partial.csv"
        left.touch()
        with replacing(tmp_path / "faces.csv") as partial:
            partial.touch()
            assert partial == ours
            clear_leftovers(tmp_path / "faces.csv")
            assert os.listdir(tmp_path) == [ours.name]

    def test_a_link_stays_and_what_it_leads_to_is_replaced(self, tmp_path):
        (tmp_path / "folder").mkdir()
        (tmp_path / "link.csv").symlink_to(tmp_path / "folder" / "faces.csv")
        with exporting(tmp_path / "link.csv") as file:
            file.write_bytes(b"new")
        assert (tmp_path / "link.csv").is_symlink()
        assert (tmp_path / "folder" / "faces.csv").read_bytes() == b"new"

    def test_a_device_is_written_to_as_it_is(self):
        with exporting(Path(os.devnull)) as file:
            assert file == Path(os.devnull)


class TestALock:
    def test_of_another_process_is_seen_and_refused(self, tmp_path, holder):
        assert is_locked(tmp_path / "lock")
        with pytest.raises(ValueError, match="taken"), locked(tmp_path / "lock", busy=ValueError("taken")):
            pass

    def test_is_let_go_of_when_its_process_is_killed(self, tmp_path, holder):
        holder.kill()
        holder.wait()
        assert not is_locked(tmp_path / "lock")
        with locked(tmp_path / "lock", busy=ValueError("taken")):
            pass

    def test_is_waited_for(self, tmp_path, holder):
        threading.Timer(0.2, holder.stdin.close).start()
        with locked(tmp_path / "lock"):
            holder.wait()  # it has let go of the lock, so it ends
        assert holder.returncode == 0

    def test_keeps_threads_of_one_process_apart(self, tmp_path):
        with locked(tmp_path / "lock"):
            assert is_locked(tmp_path / "lock")
        assert not is_locked(tmp_path / "lock")

    def test_that_cannot_be_opened_is_held_by_nobody_and_by_this_neither(self, tmp_path):
        (tmp_path / "lock").mkdir()
        assert not is_locked(tmp_path / "lock")
        with pytest.raises(OSError), locked(tmp_path / "lock"):
            pass
