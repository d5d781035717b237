"""How long one waits at the start. Not written yet."""

from benchmarks.setting import Setting
from benchmarks.table import Row


def run(setting: Setting) -> tuple[str, list[Row]]:
    return "", []
