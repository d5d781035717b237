from .answers import (
    ComparedFace as ComparedFace,
    TrackedFace as TrackedFace,
)
from .comparing import (
    Agreement as Agreement,
    Verdict as Verdict,
    agreements as agreements,
    verdict as verdict,
)
from .face_stream import (
    FaceStream as FaceStream,
)
from .hints import (
    HINTS as HINTS,
)
from .observations import (
    Observation as Observation,
    by_face as by_face,
    classes_of as classes_of,
    merged as merged,
    write_csv as write_csv,
    write_json as write_json,
)
from .rest import (
    RestRecorder as RestRecorder,
)
from .segments import (
    Segment as Segment,
    find_segments as find_segments,
    longest_seen as longest_seen,
    seconds_seen as seconds_seen,
    shares as shares,
)
from .session import (
    HISTORY_ROWS as HISTORY_ROWS,
    LiveSession as LiveSession,
    LiveSettings as LiveSettings,
    Snapshot as Snapshot,
)
from .teaching import (
    ENOUGH as ENOUGH,
    FEWEST_LEARNED as FEWEST_LEARNED,
    NO_FACE as NO_FACE,
    SEVERAL_FACES as SEVERAL_FACES,
    TOO_SMALL as TOO_SMALL,
    Example as Example,
    Lesson as Lesson,
    Taught as Taught,
    parse_classes as parse_classes,
    what_next as what_next,
)
