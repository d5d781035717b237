"""The process in which hostile files are tried: it is told kinds and paths, and answers with how each went."""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path


def attempt(kind: str, path: Path) -> str:
    """Try a hostile file; "read", "named" where it is refused in our words, else the exception that was not ours."""
    from emotion_core.datasets import DatasetError, check_new
    from emotion_core.images import ImageError, load_image
    from emotion_core.models import ModelError, load_classifier

    try:
        if kind == "picture":
            load_image(path)
        elif kind == "data set":
            from emotion_core.datasets.readers.formats import load_dataset

            load_dataset(path)
        elif kind == "model":
            load_classifier(path)
        else:
            check_new(path.read_text("utf-8"))
    except (ImageError, DatasetError, ModelError):
        return "named"
    except OSError as error:
        return "named" if error.strerror else f"{type(error).__name__}: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    return "read"


def main() -> None:
    """Try what comes on standard input, one JSON object a line."""
    warnings.filterwarnings("ignore")
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        began = time.process_time()
        outcome = attempt(asked["kind"], Path(asked["path"]))
        print(json.dumps({"outcome": outcome, "seconds": time.process_time() - began}), flush=True)


if __name__ == "__main__":
    main()
