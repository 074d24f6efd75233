"""The names that arguments and results have in type hints."""

from __future__ import annotations

from typing import Any, Literal, SupportsIndex, Tuple, Union

import numpy as np
import numpy.typing as npt

Output = Literal["score", "margin", "leaf"]
Absent = Literal["missing", "zero"]
Unseen = Literal["error", "missing", "no_set"]
Weights = Literal["bfloat16"]

# None: all trees. "best": up to and including the best iteration that early stopping recorded.
Iterations = Union[None, Literal["best"], Tuple[SupportsIndex, SupportsIndex]]

Array = npt.NDArray[Any]
Doubles = npt.NDArray[np.float64]
LeafIndices = npt.NDArray[np.int32]
