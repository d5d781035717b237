"""Training the networks that ship on one large GPU, in minutes: teachers first, then the small networks that ship.

    python -m emotion_core.shipping.gpu_job prepare --fer2013 FOLDER --faces FOLDER --pack FOLDER
    python -m emotion_core.shipping.gpu_job run --pack FOLDER --out FOLDER --minutes 8
    python -m emotion_core.shipping.gpu_job keras --weights FILE --network FILE.keras

`prepare` packs all that `run` needs, as sheets of JPEG, into one folder of at most 64 MB: FER-2013's training and
PublicTest faces with FER-2013's labels and FER+'s votes (`fer2013.csv` and `fer2013new.csv`), and faces without labels
(sheets `faces-*.jpg` of 64x64 pixels, 200 a row, with `faces.csv`). `run` wants PyTorch, NumPy, Pillow and lazy_loader
beside this package, and nothing else of what it requires; it computes in bfloat16. Its time is shared out among the
stages, each of which ends when its share is used up, so that it fits wherever it runs; stopped and started again with
the same folders it goes on from the last checkpoint. With `--faces 500` and few minutes it shows on any processor that
everything works. `keras` makes a Keras network of what it came to.

What is learned are logits that hold no prior. FER-2013's labels and FER+'s votes are compared with logits to which the
log of their shares is added (balanced softmax: Ren et al. 2020, arXiv 2007.10740), and what teachers answer, free of a
prior too, with the logits themselves. Teachers and those who learn from them see the very same varied face (Beyer et
al. 2022, arXiv 2106.05237).
"""
