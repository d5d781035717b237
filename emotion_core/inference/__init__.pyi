from .analyze import (
    SMALLEST_CROP as SMALLEST_CROP,
    analyze_picture as analyze_picture,
    analyze_pictures as analyze_pictures,
    classify_faces as classify_faces,
    find_faces as find_faces,
    read_against as read_against,
)
from .html import (
    probability_bars as probability_bars,
)
from .photo_files import (
    photos_in as photos_in,
    skipped_in as skipped_in,
)
from .reports import (
    CsvReport as CsvReport,
    JsonReport as JsonReport,
    annotated_name as annotated_name,
    face_as_json as face_as_json,
    to_jpeg as to_jpeg,
    unique_name as unique_name,
    write_csv as write_csv,
    write_json as write_json,
    write_zip as write_zip,
)
from .results import (
    FaceResult as FaceResult,
    PhotoResult as PhotoResult,
    classes_of as classes_of,
)
from .settings import (
    SMALLEST_FACES as SMALLEST_FACES,
    THRESHOLDS as THRESHOLDS,
    AnalysisSettings as AnalysisSettings,
)
from .suggestions import (
    SMALLEST_FACE as SMALLEST_FACE,
    find_upright as find_upright,
    looser_settings as looser_settings,
    turned as turned,
)
from .words import (
    UNCERTAIN as UNCERTAIN,
    figure_in_percent as figure_in_percent,
    in_words as in_words,
    percent as percent,
)
