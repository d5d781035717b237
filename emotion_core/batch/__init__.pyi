from .errors import BatchError as BatchError
from .report import BatchReport as BatchReport
from .run import (
    MANY as MANY,
    analyze_folder as analyze_folder,
    run_batch as run_batch,
)
from .sources import MANIFESTS as MANIFESTS
