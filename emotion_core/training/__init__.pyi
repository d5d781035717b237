from .augmentation import (
    variants as variants,
)
from .fit import (
    Trainer as Trainer,
)
from .preparation import (
    faces_of as faces_of,
)
