from .class_balance import (
    balance_in_words as balance_in_words,
    balance_of as balance_of,
)
from .config import (
    RunConfig as RunConfig,
    make_config as make_config,
    read_config as read_config,
)
from .diagnosis import (
    Diagnosis as Diagnosis,
    diagnose as diagnose,
    diagnose_run as diagnose_run,
    steadiness as steadiness,
)
from .errors import (
    RunError as RunError,
)
from .evaluation import (
    read_evaluation as read_evaluation,
    write_evaluation as write_evaluation,
)
from .events import (
    STARTING as STARTING,
    TRAINING as TRAINING,
    Batch as Batch,
    Epoch as Epoch,
    epoch_in_words as epoch_in_words,
)
from .few_faces import (
    FewFaces as FewFaces,
    few_faces_of as few_faces_of,
    is_few_shot as is_few_shot,
)
from .folder import (
    BEST_FILE as BEST_FILE,
    EVALUATION_FILE as EVALUATION_FILE,
    LOG_FILE as LOG_FILE,
    METRICS_FILE as METRICS_FILE,
    MODEL_FOLDER as MODEL_FOLDER,
    RUN_PREFIX as RUN_PREFIX,
    has_network as has_network,
    read_log as read_log,
    run_folder as run_folder,
    run_names as run_names,
    unique_name as unique_name,
)
from .history import (
    has_damage as has_damage,
    read_batches as read_batches,
    read_history as read_history,
)
from .presets import (
    FEW_SHOT as FEW_SHOT,
    PRESETS as PRESETS,
    SEQUENCE_NET as SEQUENCE_NET,
    SEQUENCE_SENTENCE as SEQUENCE_SENTENCE,
)
from .recipes import (
    NO_AUGMENTATION as NO_AUGMENTATION,
    QUICK as QUICK,
    RECIPES as RECIPES,
    SEED as SEED,
    SEQUENCE as SEQUENCE,
    SEQUENCE_FIELDS as SEQUENCE_FIELDS,
    Augmentation as Augmentation,
    Recipe as Recipe,
    make_recipe as make_recipe,
)
from .run import (
    Run as Run,
    find_run as find_run,
)
from .status import (
    Status as Status,
    read_status as read_status,
)
from .writer import (
    RunWriter as RunWriter,
)
