from .face_stream import (
    FaceStream as FaceStream,
    TrackedFace as TrackedFace,
)
from .hints import (
    HINTS as HINTS,
)
from .observations import (
    Observation as Observation,
    by_face as by_face,
    write_csv as write_csv,
    write_json as write_json,
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
