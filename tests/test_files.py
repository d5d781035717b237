import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from emotion_core.files import is_locked, locked, replace_file, replacing

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
