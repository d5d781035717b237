from .checks import (
    check_faces as check_faces,
)
from .launcher import (
    advance as advance,
    at_work as at_work,
    delete as delete,
    has_room as has_room,
    list_runs as list_runs,
    queue as queue,
    resume as resume,
    start as start,
    stop as stop,
)
from .process import (
    execute_run as execute_run,
)
from .publish import (
    check_model_name as check_model_name,
    publish as publish,
    published as published,
    training_dataset as training_dataset,
)
from .throughput import (
    LOG_FILE as LOG_FILE,
    Workload as Workload,
    give_up as give_up,
    has_failed as has_failed,
    known_throughput as known_throughput,
    measure_in_background as measure_in_background,
    seconds_of_run as seconds_of_run,
)
