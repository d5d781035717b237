from .augmentation import (
    variants as variants,
)
from .fit import (
    Trainer as Trainer,
)
