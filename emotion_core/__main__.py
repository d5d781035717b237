"""`python -m emotion_core`: see `emotion_core.cli`."""

from emotion_core.cli import main

main()
