from .adoption import (
    adopt_run as adopt_run,
)
from .bundling import (
    bundle_run as bundle_run,
    check_bundle_name as check_bundle_name,
)
from .checks import (
    check_clips as check_clips,
    check_faces as check_faces,
)
from .few_shot import (
    publish_few_shot as publish_few_shot,
    train_few_shot as train_few_shot,
    write_few_shot as write_few_shot,
)
from .following import (
    follow as follow,
    resume_training as resume_training,
    train as train,
    wait as wait,
)
from .foreign_sets import (
    evaluate as evaluate,
    import_dataset as import_dataset,
    load_dataset as load_dataset,
)
from .launcher import (
    advance as advance,
    at_work as at_work,
    create as create,
    delete as delete,
    has_room as has_room,
    list_runs as list_runs,
    queue as queue,
    resume as resume,
    start as start,
    stop as stop,
)
from .leftovers import (
    sweep_leftovers as sweep_leftovers,
    sweep_temporary as sweep_temporary,
)
from .new_run import (
    named_recipe as named_recipe,
    new_config as new_config,
    offered_name as offered_name,
    recipe_for as recipe_for,
)
from .own_models import (
    add_model as add_model,
    delete_model as delete_model,
    own_model as own_model,
    rename_model as rename_model,
)
from .process import (
    execute_run as execute_run,
)
from .publishing import (
    check_model_name as check_model_name,
    publish as publish,
    published as published,
    training_dataset as training_dataset,
)
from .reading import (
    Import as Import,
    import_elsewhere as import_elsewhere,
    write_annotated_elsewhere as write_annotated_elsewhere,
    write_playable_elsewhere as write_playable_elsewhere,
)
from .run_comparison import (
    compare_runs as compare_runs,
    validation_faces as validation_faces,
    validation_predictions as validation_predictions,
)
from .starting_point import (
    StartingPoint as StartingPoint,
    find_starting_point as find_starting_point,
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
