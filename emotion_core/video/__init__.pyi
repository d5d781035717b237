from .analysis import (
    VideoAnalysis as VideoAnalysis,
    analyze_video as analyze_video,
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
    VideoCsv as VideoCsv,
)
from .result import (
    VideoResult as VideoResult,
)
from .segments import (
    ExpressionSegment as ExpressionSegment,
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
from .timelines import (
    DECODINGS as DECODINGS,
    PersonTimeline as PersonTimeline,
    Span as Span,
    TimelineSettings as TimelineSettings,
    timelines as timelines,
)
