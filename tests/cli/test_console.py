"""What commands print, and the reports that they write."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from emotion_core.cli import console
from tests.shell import emotion


@pytest.mark.parametrize(
    "hostile", ["\x1b]0;owned\x07", "\x1b[2J", "a\rb", "\x9b31m", "\u202egpj.exe", "\x00", "a\x7f"]
)
def test_nothing_that_is_printed_commands_the_terminal(hostile, capsys):
    console.say(f"photo {hostile}.jpg")
    console.complain(f"photo {hostile}.jpg")
    printed = "".join(capsys.readouterr())
    assert not set(hostile) & set("\x1b\x07\r\x9b\u202e\x00\x7f") & set(printed)
    assert printed.count("photo") == 2


def test_a_message_may_be_in_any_script(capsys):
    console.say("écrit 表情\tend")
    assert capsys.readouterr().out == "écrit 表情\tend\n"


def test_the_shell_says_a_hostile_name_without_its_commands(tmp_path):
    (tmp_path / "\x1b]0;owned\x07.jpg").write_bytes(b"no picture")
    found = emotion("analyze", tmp_path)
    assert found.returncode == 2
    assert "\x1b" not in found.stdout + found.stderr
    assert "\\x1b]0;owned" in found.stderr


def test_an_old_report_stays_until_the_new_one_is_whole(tmp_path):
    old = tmp_path / "faces.csv"
    old.write_text("the old report")

    def report(fails: bool) -> None:
        with ExitStack() as stack:
            console.open_output(stack, str(old), "utf-8").write("the new report")
            assert old.read_text() == "the old report"
            if fails:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        report(fails=True)
    assert old.read_text() == "the old report"
    report(fails=False)
    assert old.read_text() == "the new report"
    assert list(tmp_path.iterdir()) == [old]


def test_what_killed_commands_left_of_their_reports_goes_with_the_next_ones(tmp_path):
    left = [tmp_path / f".faces.999999999-1.partial.{ending}" for ending in ("csv", "json")]
    for file in left:
        file.write_bytes(b"half")
    with ExitStack() as stack:
        console.open_output(stack, str(tmp_path / "faces.csv"), "utf-8")
    console.write_json(str(tmp_path / "faces.json"), {})
    assert sorted(file.name for file in tmp_path.iterdir()) == ["faces.csv", "faces.json"]


def test_a_formula_in_a_files_name_is_noted_and_raw_leaves_it(tmp_path):
    (tmp_path / "=1+1.jpg").write_bytes(b"no picture")
    guarded = emotion("analyze", "./=1+1.jpg", "--csv", "-", folder=tmp_path)
    assert "'=1+1.jpg" in guarded.stdout
    assert "--raw" in guarded.stderr
    raw = emotion("analyze", "./=1+1.jpg", "--csv", "-", "--raw", folder=tmp_path)
    assert "\n=1+1.jpg" in raw.stdout
    assert "--raw" not in raw.stderr
