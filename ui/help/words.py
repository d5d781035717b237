"""How each page works, in a few sentences, by the page's title."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Help:
    """What a page says of itself.

    Attributes:
        points: sentences in Markdown, in the order in which one works.
        picture: the name of what draws its picture, in `pictures`.
        caption: what is to be seen in that.
        guide: a file below docs/ that says more.
    """

    points: tuple[str, ...]
    picture: str
    caption: str
    guide: str


HELP = {
    "Emotion dashboard": Help(
        (
            "**Drop** a photo above, or begin on *Photos* with a sample: every face is found, and you see how its "
            "expression looks to a network.",
            "**Video** and **Webcam** follow faces over time; **Teach** learns expressions of your own from a few "
            "faces in front of your camera.",
            "To see how such a network comes about, go through the menu from above: **Data sets** has labelled faces, "
            "**Train** teaches a network with them, **Evaluate** says how good it is.",
            "**Models** has those that ship and your own; the one that you choose answers on every page.",
            "All of it runs on this machine. Nothing is uploaded to anybody, and photos are never stored.",
        ),
        "seven_expressions",
        "The seven expressions, drawn: angry, disgusted, fearful, happy, neutral, sad and surprised.",
        "guides/recognise.md",
    ),
    "Photos": Help(
        (
            "**Give** one picture or many, or try a sample. They stay in this machine's memory until you "
            "clear them, close or reload the page, or do nothing for an hour, and are never stored.",
            "Every face is **found**, turned upright by the line through its eyes, and **cut out** as a small square. "
            "A picture that lies on its side is turned where its faces are then seen clearly better.",
            "A network gives each of its classes a **probability**, which is calibrated: of a hundred faces with 80 %, "
            "about eighty are right. Below the model's threshold the answer is *uncertain*.",
            "**Choose** a face by a click in the picture, or with the arrow keys in the strip below it. *Show which "
            "parts matter* covers one part after another and sees what changes.",
            "What is expected of your pictures matters: under *Settings* say whether every expression is alike, or as "
            "frequent as in the training data. There you also choose another model, or a second one to compare with.",
        ),
        "from_picture_to_crop",
        "A face as it is found in the sample portrait, and as the network sees it: 48 by 48 grey pixels.",
        "guides/recognise.md",
    ),
    "Video": Help(
        (
            "**Hand over** a recording, or let the sample be made. It is looked at moment by moment.",
            "Every face is **followed** by place, size and looks, and keeps its number through cuts where it is surely "
            "the same. Merge two numbers of one person, split what was mixed up, and give names.",
            "The expression of each moment is **smoothed** over its neighbours, so that a single odd picture does not "
            "count; stretches of one expression become **segments** with a beginning, a peak and an end.",
            "The **player** and the time line below move together. Press E to set a marker.",
            "**Take away** the numbers as CSV or JSON, segments as subtitles or for ELAN, or an annotated copy.",
        ),
        "moments",
        "Five moments of the sample clip: a smile goes and comes back.",
        "guides/videos.md",
    ),
    "Webcam": Help(
        (
            "Your browser sends the camera's pictures to the program that shows this page, and shows what comes back. "
            "**Nothing is stored**, and what was seen is forgotten when you leave the page, unless you keep it.",
            "Every face is **tracked** under its own number; boxes, bars and the chart of the last minute say how it "
            "looks now. Answers are smoothed over about a second.",
            "Good **light** from the front and a face of at least a fifth of the picture's height help most; the page "
            "says when it is too dark or blurred.",
            "**Stop** the camera for a summary with a time line, to be downloaded or discarded.",
            "If the picture does not come, *Help with the camera* goes through the reasons; a photo always works.",
        ),
        "moments",
        "What a stream is: one picture after another, each answered, the answers smoothed.",
        "webcam.md",
    ),
    "Teach": Help(
        (
            "**Name** two or more classes of your own: expressions, glasses on and off, thumbs in front of the face.",
            "**Hold** the button while you show one to the camera, or add photos. Ten to thirty faces a class are "
            "plenty; move your head a little, so that they differ.",
            "A network that has seen many faces turns each into a list of numbers; a small **head** on top of these "
            "learns your classes in a second. That is called few-shot learning.",
            "It **answers live** at once. Where it is wrong, add a few faces of just that kind.",
            "**Keep** it as a model for every page, or the faces as a data set to train a whole network on.",
        ),
        "two_classes",
        "Two classes with four examples each: what differs between the rows is learned, what differs within them not.",
        "guides/train.md",
    ),
    "Data sets": Help(
        (
            "**Bring in** labelled faces: `fer2013.csv`, a folder per emotion, a table of paths, a zip, parquet. A "
            "preview says what every label and split was taken to mean.",
            "Look at the **balance** first: what is rare is learned badly. Then at **duplicates** across splits, which "
            "make figures too good, and at **label issues**, where a network is sure of another label.",
            "**Correct** labels or exclude faces one by one with keys, or many at once; everything can be undone. The "
            "import itself is never changed: corrections make a set of their own.",
            "**Splits**: networks learn on *train*, are chosen by *validation*, and judged once, at last, on *test*.",
            "No faces at hand? The drawn ones need no download, and show everything there is.",
        ),
        "seven_expressions",
        "Drawn faces, angry to surprised in the usual order, as the synthetic set has them.",
        "guides/data.md",
    ),
    "Train": Help(
        (
            "**Choose** a data set, a network and a recipe. *Quick* says within minutes whether it works at all.",
            "A run **goes on** when you leave the page or close the browser. An epoch is one pass over all faces.",
            "**Loss** is what training makes small; **accuracy** is the share of faces that are right. What counts is "
            "*validation*: faces that are not learned from.",
            "Where training goes on to improve and validation does not, faces are learned by heart: **over-fitting**. "
            "The network of the best epoch is kept, whatever comes after it.",
            "At the end the curves are read out in words; *Use this model* offers the network on every page, and "
            "*Compare* lays several runs over each other.",
        ),
        "over_fitting",
        "An example of over-fitting: from epoch 9 on only the training curves improve.",
        "guides/train.md",
    ),
    "Evaluate": Help(
        (
            "**Choose** a data set with labels, one of its splits, and one model or several.",
            "**Accuracy** is the share of faces that are right; **mean recall** counts every expression alike, so that "
            "the rare ones matter as much. Each figure has an **interval**: where they overlap, a difference may be "
            "chance.",
            "The **confusion matrix** shows what is predicted for each label; a click on a cell shows these faces.",
            "**Calibration** compares how sure a model is with how often it is right.",
            "Look at figures **without duplicates** of training faces: those were known by heart. Use the *test* split "
            "once, at the end.",
        ),
        "models_beside_each_other",
        "How many faces of each expression the models here find, by their cards.",
        "guides/train.md",
    ),
    "Models": Help(
        (
            "A **model** is a folder: the network, and a card that says what it was trained on, and how good it is.",
            "**Read** a card by choosing a row; choose several to compare them.",
            "The **default** answers wherever no other model is named: on the pages, in a shell and in a script.",
            "**Import** a colleague's model as a folder or a zip. Its files must be the ones on its card, or it is "
            "refused.",
            "Figures of cards that were measured on different data cannot be compared; *Evaluate* measures them alike.",
        ),
        "models_beside_each_other",
        "How many faces of each expression the models here find, by their cards.",
        "guides/export.md",
    ),
}
