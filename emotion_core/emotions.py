"""The seven emotions: their one order, and what other data sets call them.

Every array of probabilities in this project has its columns in the order of `EMOTIONS`.
"""

EMOTIONS = ("angry", "disgusted", "fearful", "happy", "neutral", "sad", "surprised")

#: FER-2013 numbers its labels 0 to 6 in this order (Goodfellow et al. 2013, arXiv 1307.0414).
FER2013_NUMBERING = ("angry", "disgusted", "fearful", "happy", "sad", "surprised", "neutral")

#: The vote columns of FER+'s fer2013new.csv in their order, by our names where we have one (Barsoum et al. 2016,
#: arXiv 1608.01041); "nf" means not a face.
FERPLUS_VOTES = (
    "neutral", "happy", "surprised", "sad", "angry", "disgusted", "fearful", "contempt", "unknown", "nf",
)  # fmt: skip

#: One colour an emotion, and one for "uncertain", told apart by the colour-blind: those of Okabe and Ito ("Color
#: Universal Design", 2008) without yellow, which white swallows, and two greys. Never without the word beside it.
COLOURS = {
    "angry": "#D55E00",
    "disgusted": "#009E73",
    "fearful": "#CC79A7",
    "happy": "#E69F00",
    "neutral": "#999999",
    "sad": "#0072B2",
    "surprised": "#56B4E9",
    "uncertain": "#66717A",
}
