from .analysis import (
    VideoAnalysis as VideoAnalysis,
    analyze_video as analyze_video,
)
from .comparison import (
    Compared as Compared,
    Part as Part,
    compare_parts as compare_parts,
)
from .curves import (
    smoothed_curves as smoothed_curves,
)
from .elan import (
    write_eaf as write_eaf,
)
from .elsewhere import (
    VideoElsewhere as VideoElsewhere,
)
from .errors import (
    VideoError as VideoError,
)
from .files import (
    EXTENSIONS as EXTENSIONS,
    is_video_name as is_video_name,
    videos_in as videos_in,
)
from .moments import (
    COLUMNS as COLUMNS,
    Moment as Moment,
    VideoFace as VideoFace,
)
from .progress import (
    Seconds as Seconds,
    no_seconds as no_seconds,
)
from .quality import (
    PROBLEMS as PROBLEMS,
    Quality as Quality,
)
from .reading import (
    Frame as Frame,
    VideoFile as VideoFile,
    VideoInfo as VideoInfo,
)
from .reports import (
    SEGMENT_COLUMNS as SEGMENT_COLUMNS,
    SegmentCsv as SegmentCsv,
    VideoCsv as VideoCsv,
    VideoJson as VideoJson,
    segment_rows as segment_rows,
    summary_row as summary_row,
    video_as_json as video_as_json,
    write_csv as write_csv,
)
from .result import (
    VideoResult as VideoResult,
)
from .sampling import (
    SampledVideos as SampledVideos,
)
from .segments import (
    ExpressionSegment as ExpressionSegment,
    find_expressions as find_expressions,
)
from .selection import (
    Selection as Selection,
    seconds_of as seconds_of,
)
from .settings import (
    DEFAULT_DETECTOR_INTERVAL as DEFAULT_DETECTOR_INTERVAL,
    DEFAULT_SMALLEST_FACE as DEFAULT_SMALLEST_FACE,
    VideoSettings as VideoSettings,
)
from .similarity import (
    SimilarFaces as SimilarFaces,
    likely_same as likely_same,
)
from .subtitles import (
    write_srt as write_srt,
    write_vtt as write_vtt,
)
from .teaching import (
    LONGEST_PART as LONGEST_PART,
    RecordedPart as RecordedPart,
    record_part as record_part,
)
from .timelines import (
    DECODINGS as DECODINGS,
    ExpressionSum as ExpressionSum,
    PersonTimeline as PersonTimeline,
    Span as Span,
    TimelineSettings as TimelineSettings,
    smoothed_result as smoothed_result,
    timelines as timelines,
)
from .writing import (
    plays_in_browsers as plays_in_browsers,
    write_annotated as write_annotated,
    write_playable as write_playable,
)
