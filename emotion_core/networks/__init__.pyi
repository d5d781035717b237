from .architectures import (
    seed_cnn as seed_cnn,
)
from .export import (
    FORMATS as FORMATS,
    HOW_TO_USE_FILE as HOW_TO_USE_FILE,
    convert_again as convert_again,
    export_model as export_model,
)
from .precision import (
    has_fast_bfloat16 as has_fast_bfloat16,
)
