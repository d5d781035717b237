"""`python -m emotion_core`: see `emotion_core.cli.main`."""

from emotion_core.cli.main import main

main()
