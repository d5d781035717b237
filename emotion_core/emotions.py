"""The seven emotions: their one order, and what other data sets call them.

Every array of probabilities in this project has its columns in the order of `EMOTIONS`.
"""

from __future__ import annotations

import re
import unicodedata

EMOTIONS = ("angry", "disgusted", "fearful", "happy", "neutral", "sad", "surprised")

#: FER-2013 numbers its labels 0 to 6 in this order (Goodfellow et al. 2013, arXiv 1307.0414).
FER2013_NUMBERING = ("angry", "disgusted", "fearful", "happy", "sad", "surprised", "neutral")

#: The vote columns of FER+'s fer2013new.csv in their order, by our names where we have one (Barsoum et al. 2016,
#: arXiv 1608.01041); "nf" means not a face.
FERPLUS_VOTES = (
    "neutral", "happy", "surprised", "sad", "angry", "disgusted", "fearful", "contempt", "unknown", "nf",
)  # fmt: skip

#: What faces are labelled that are none of the seven; kept in tables, not learned from. "nf" means not a face.
OTHERS = ("contempt", "unknown", "nf")
#: All that a face may be labelled.
LABELS = (*EMOTIONS, *OTHERS)

#: What data sets and people call the emotions: letters only, in lower case.
SYNONYMS = {
    "angry": ("angry", "anger", "angered", "mad", "an", "ang"),
    "disgusted": ("disgusted", "disgust", "disgusting", "di", "dis"),
    "fearful": ("fearful", "fear", "feared", "afraid", "scared", "fe", "fea", "af"),
    "happy": ("happy", "happiness", "happily", "joy", "joyful", "smile", "smiling", "ha", "hap"),
    "neutral": ("neutral", "neutrality", "calm", "ne", "neu"),
    "sad": ("sad", "sadness", "saddened", "unhappy", "sa"),
    "surprised": ("surprised", "surprise", "surprising", "suprise", "suprised", "su", "sur"),
    "contempt": ("contempt", "contemptuous", "contemptful"),
    "unknown": ("unknown", "uncertain", "unsure", "none", "other", "others"),
    "nf": ("nf", "noface", "notaface", "nonface"),
}
#: The same in French, Spanish, Portuguese, Italian, German, Chinese, Japanese, Russian, Dutch, Turkish and Korean. What
#: means another emotion in one of them, as the Spanish for upset, is none.
IN_OTHER_LANGUAGES = {
    "angry": "colere encolere fache enojado enojada enojo enfadado enfado ira rabia rabbia arrabbiato raiva zangado "
    "wut wutend arger argerlich zorn 生气 生氣 愤怒 憤怒 怒り "
    "злость гнев злой boos boosheid woede kızgın kızgınlık öfke 분노 화남",
    "disgusted": "degout degoute asco repugnancia disgusto disgustato nojo ekel angeekelt 厌恶 厭惡 嫌悪 "
    "отвращение walging afschuw iğrenme tiksinti 혐오",
    "fearful": "peur effraye apeure miedo temor asustado paura spaventato medo angst angstlich furcht "
    "恐惧 恐懼 害怕 恐れ "
    "страх испуг bangheid korku 공포 두려움",
    "happy": "joie heureux heureuse feliz felicidad alegria alegre felice felicita gioia felicidade freude frohlich "
    "glucklich 高兴 高興 开心 開心 快乐 快樂 喜び "
    "радость счастье blij blijdschap geluk mutlu mutluluk 행복 기쁨",
    "neutral": "neutre neutro neutra neutrale 中性 平静 平靜 нейтральный нейтрально neutraal nötr 중립 무표정",
    "sad": "triste tristesse tristeza tristezza traurig traurigkeit trauer 悲伤 悲傷 难过 難過 伤心 傷心 悲しみ "
    "грусть печаль verdrietig verdriet üzgün üzüntü 슬픔",
    "surprised": "surpris sorpresa sorprendido sorpreso surpresa surpreso uberraschung uberrascht 惊讶 驚訝 吃惊 驚き "
    "удивление удивлён verrast verrassing şaşkın şaşkınlık 놀람",
    "contempt": "mepris desprecio disprezzo desprezo verachtung 轻蔑 輕蔑 蔑视 презрение minachting küçümseme 경멸",
}
#: The codes of JAFFE and KDEF among them. They stand only by themselves: AF01 is a woman of KDEF.
CODES = {"an", "ang", "di", "dis", "fe", "fea", "af", "ha", "hap", "ne", "neu", "sa", "su", "sur", "nf"}


#: Characters of what may be a name of an emotion.
LONGEST_NAME = 100


def _plain(text: str) -> str:
    """A text in small letters without accents, in whatever script."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold().strip())
    return "".join(character for character in apart if not unicodedata.combining(character))


_BY_SYNONYM = {synonym: name for name, synonyms in SYNONYMS.items() for synonym in synonyms}
_BY_FOREIGN_WORD = {_plain(word): name for name, words in IN_OTHER_LANGUAGES.items() for word in words.split()}

#: One colour an emotion, and one for "uncertain": those of Okabe and Ito ("Color Universal Design", 2008) without
#: yellow, which white swallows, and with a grey, moved so far that to eyes that see no red or no green any two of the
#: seven are 15 apart (CIEDE2000), and none are equally light. Never without the word beside it.
COLOURS = {
    "angry": "#C55804",
    "disgusted": "#129A71",
    "fearful": "#B384B0",
    "happy": "#E59E26",
    "neutral": "#BAB8B6",
    "sad": "#0868A5",
    "surprised": "#8BCEFF",
    "uncertain": "#66717A",
}


def display_name(label: str) -> str:
    """A label, or any other word, as it is written for people."""
    return "Not a face" if label == "nf" else isolated(label[:1].upper() + label[1:])


def isolated(name: str) -> str:
    """A name within a sentence: figures behind one that is written from right to left stay behind it."""
    leftwards = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in name)
    return f"\u2068{name}\u2069" if leftwards else name


def emotion_of(text: str) -> str | None:
    """One of `EMOTIONS` or `OTHERS` by any of its names; None if the text is none of them.

    Case, accents, blanks, digits and signs do not count: "Angry ", "0_anger", "Colère" and "AN" are all angry. A number
    alone is nothing, as data sets number the emotions differently; nor is one of `CODES` with digits or signs.
    """
    if len(text) > LONGEST_NAME:  # such as the rows behind a quote that is not closed
        return None
    if "/" in text or "(" in text:
        named = {emotion_of(part) for part in re.split(r"[/()]", text) if part.strip()}
        if len(named) == 1:  # Happiness/Joy, Anger (mad)
            return named.pop()
    word = unicodedata.normalize("NFKC", text).casefold().strip()
    letters = re.sub(r"[^a-z]", "", word)
    if letters in CODES and letters != word:
        return None
    return _BY_SYNONYM.get(letters) or _BY_FOREIGN_WORD.get(re.sub(r"[\W\d_]", "", _plain(text)))
