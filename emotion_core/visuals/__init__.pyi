from .charts import (
    count_expressions as count_expressions,
    expression_counts as expression_counts,
    ranked_probabilities as ranked_probabilities,
)
from .dataset_charts import (
    face_map as face_map,
    label_counts as label_counts,
    mean_face as mean_face,
    shown_labels as shown_labels,
    sprite as sprite,
)
from .drawing import (
    WEAK_MAP as WEAK_MAP,
    annotate as annotate,
    annotate_live as annotate_live,
    at_most as at_most,
    enlarged as enlarged,
    heat_overlay as heat_overlay,
    readable_on as readable_on,
    thumbnail as thumbnail,
)
from .evaluation_charts import (
    FIGURES as FIGURES,
    confusion_matrix as confusion_matrix,
    emotion_figures as emotion_figures,
    group_figures as group_figures,
    model_accuracies as model_accuracies,
    recalls_of_models as recalls_of_models,
    reliability_diagram as reliability_diagram,
    risk_coverage_curve as risk_coverage_curve,
)
from .evaluation_html import (
    report_as_html as report_as_html,
)
from .live_charts import (
    expression_shares as expression_shares,
    timeline as timeline,
)
from .live_html import (
    last_seconds as last_seconds,
)
from .patterns import (
    patterned as patterned,
    patterns_of as patterns_of,
)
from .training_charts import (
    accuracy_curve as accuracy_curve,
    compared_curves as compared_curves,
    loss_curve as loss_curve,
    thinned as thinned,
)
from .training_panels import (
    compared_panels as compared_panels,
    training_panels as training_panels,
)
from .video_charts import (
    thinned_course as thinned_course,
    video_curves as video_curves,
    video_lanes as video_lanes,
)
from .video_html import (
    clock as clock,
    video_as_html as video_as_html,
)
