from .augmentation import (
    variants as variants,
)
from .fit import (
    epochs as epochs,
)
