"""What a run's process says, and what is said in its name from another machine."""

import pytest

from emotion_core.runs.errors import RunError
from emotion_core.runs.events import TRAINING, Batch
from emotion_core.runs.history import read_batches
from emotion_core.runs.status import read_written_status
from emotion_core.runs.writer import RunWriter
from tests.new_runs import new_run

BATCH = Batch(epoch=1, batch=1, batches=2, loss=1.0, accuracy=0.5, images_per_second=10.0)


def test_another_writes_in_the_name_of_the_process_that_works_at_the_run(own_workspace):
    folder = new_run("one")
    mine = RunWriter(folder)
    mine.status(state="running")
    other = RunWriter(folder, mine.process)
    other.event(BATCH)
    other.status(doing=TRAINING, batch=1)
    assert read_batches(folder) == [BATCH]
    written = read_written_status(folder)
    assert (written.pid, written.process_mark, written.batch) == (*mine.process, 1)
    mine.read()
    mine.status(epoch=1)
    assert read_written_status(folder).batch == 1


def test_it_writes_nothing_any_more_once_another_process_works_at_the_run(own_workspace):
    folder = new_run("one")
    killed = RunWriter(folder, (1, "before"))
    RunWriter(folder).status(state="running")
    for write in (lambda: killed.event(BATCH), lambda: killed.status(batch=1)):
        with pytest.raises(RunError, match="another process works at the run 'one' by now"):
            write()
    assert read_batches(folder) == []
