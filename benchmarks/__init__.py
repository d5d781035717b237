"""What the project promises of speed and memory, measured: one script a promise, one command for all.

    python -m benchmarks
    python -m benchmarks --only startup --only inference
    python -m benchmarks --quick

Each script's docstring says what it promises. Tables come out as Markdown, with the machine named. The exit status is
1 if a promise was not kept. Needs what testing needs (requirements-dev.txt), and real data for some of the scripts:

    EMOTION_CORE_PHOTOS     a folder with photos and faces.json, the boxes of the faces in them; without it ancestor
                            and folder make do with scikit-image's portrait of an astronaut, and say so
    EMOTION_CORE_FER2013    a folder with fer2013.csv and FER+'s fer2013new.csv; without it alignment, datasets
                            and dataset-page are left out

Other work on the machine makes every time longer. Variants are run in turn, so that it falls on all alike; where a
time is that of one thread, the processor time that it took is said beside it, which other work changes less.
"""
