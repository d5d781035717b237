from .class_table import (
    ClassTable as ClassTable,
    class_table_of as class_table_of,
    read_class_table as read_class_table,
)
from .clips import (
    CLIP as CLIP,
    SECONDS as SECONDS,
    Clip as Clip,
    clip_count as clip_count,
    clips_as_faces as clips_as_faces,
    clips_in as clips_in,
)
from .dataset import (
    Dataset as Dataset,
)
from .derived import (
    corrected_set as corrected_set,
    derive as derive,
)
from .description import (
    Description as Description,
)
from .edits import (
    Act as Act,
    Edits as Edits,
)
from .errors import (
    BadRowsError as BadRowsError,
    DatasetError as DatasetError,
    LabelSourcesError as LabelSourcesError,
    UnknownLabelsError as UnknownLabelsError,
)
from .exports import (
    export_dataset as export_dataset,
    export_list as export_list,
)
from .face_map import (
    kept_map as kept_map,
    map_file as map_file,
    map_of as map_of,
)
from .findings import (
    image_findings_file as image_findings_file,
    image_findings_of as image_findings_of,
    kept_image_findings as kept_image_findings,
    kept_predictions as kept_predictions,
    predictions_file as predictions_file,
    predictions_of as predictions_of,
)
from .held_out import (
    with_validation as with_validation,
)
from .importing import (
    add_dataset as add_dataset,
    add_synthetic as add_synthetic,
    add_synthetic_clips as add_synthetic_clips,
    import_dataset as import_dataset,
)
from .integrity import (
    DamagedDatasetError as DamagedDatasetError,
    in_use as in_use,
    open_verified as open_verified,
    rescue as rescue,
    verify as verify,
)
from .learned import (
    Learned as Learned,
    learned_from as learned_from,
    learned_of as learned_of,
)
from .names import (
    as_name as as_name,
    check_new as check_new,
    dataset_names as dataset_names,
    unique_name as unique_name,
    version_token as version_token,
)
from .quality import (
    ImageFindings as ImageFindings,
    Report as Report,
    Summary as Summary,
    examine as examine,
)
from .readers.download import (
    download_fer2013 as download_fer2013,
)
from .readers.encodings import (
    ENCODINGS as ENCODINGS,
)
from .readers.formats import (
    read_fer2013 as read_fer2013,
)
from .readers.labels import (
    Classes as Classes,
    number_of as number_of,
)
from .readers.numberings import (
    NUMBERINGS as NUMBERINGS,
)
from .readers.options import (
    CROPPING as CROPPING,
    DEFAULT_SIDE as DEFAULT_SIDE,
    LABELS_FROM as LABELS_FROM,
)
from .splits import (
    SPLITS as SPLITS,
)
from .store import (
    delete_dataset as delete_dataset,
    describe as describe,
    edits_of as edits_of,
    open_dataset as open_dataset,
    open_with_excluded as open_with_excluded,
    stored_description as stored_description,
)
from .synthetic import (
    FACES as FACES,
    NAME as NAME,
    synthetic_faces as synthetic_faces,
)
from .synthetic_clips import (
    CLIPS as CLIPS,
    DrawnClip as DrawnClip,
    draw_clip as draw_clip,
    synthetic_clips as synthetic_clips,
)
from .votes import (
    NO_LABEL as NO_LABEL,
    majority_labels as majority_labels,
)
