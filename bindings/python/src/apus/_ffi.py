"""include/apus.h, declared for ctypes. Same order as the header; tests/test_header.py compares them.

Pointers to objects and to arrays are `Address`: the header's text, not ctypes, says what they point to.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_char, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint32
from ctypes import c_void_p as Address
from typing import Any

from . import _library

library, library_holding_gil = _library.load()


def _declare(name: str, result: Any, *arguments: Any) -> Any:
    try:
        function = library[name]
    except AttributeError as error:
        raise ImportError(
            f"{_library.path()} has no symbol {name}: it is older than this package, "
            "install the package and the library of one release."
        ) from error
    function.restype = result
    function.argtypes = arguments
    return function


# 1. Version

VERSION_MAJOR = 0
VERSION_MINOR = 1
VERSION_PATCH = 0
ABI_VERSION = _library.ABI_VERSION

version_number = _declare("apus_version_number", c_uint32)
version_string = _declare("apus_version_string", c_char_p)
abi_version = _declare("apus_abi_version", c_uint32)

# 2. Errors

OK = 0

INVALID_ARGUMENT = 10
INVALID_OPTION = 11
FEATURE_COUNT_MISMATCH = 12
BUFFER_TOO_SMALL = 13
INDEX_OUT_OF_RANGE = 14
NOT_FOUND = 15
INVALID_ENVIRONMENT = 16

FILE_UNREADABLE = 30
UNKNOWN_FORMAT = 31
TRUNCATED = 32
MALFORMED = 33
INVALID_MODEL = 34
UNSUPPORTED = 35
LIMIT_EXCEEDED = 36
FILE_UNWRITABLE = 37

OUT_OF_MEMORY = 50
SELF_TEST_FAILED = 52

status_name = _declare("apus_status_name", c_char_p, c_int32)


class Error(ctypes.Structure):
    _fields_ = [
        ("status", c_int32),
        ("tree", c_int32),
        ("node", c_int32),
        ("feature", c_int32),
        ("byte_offset", c_int64),
        ("row", c_int64),
        ("message", c_char * 480),
    ]


# 3. Models

model_load_file = _declare("apus_model_load_file", c_int32, c_char_p, POINTER(Address), POINTER(Error))


class LoadOptions(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("maps_file", c_int32),
        ("skips_checksums", c_int32),
        ("refuses_other_files", c_int32),
    ]


model_load_file_with_options = _declare(
    "apus_model_load_file_with_options",
    c_int32, c_char_p, POINTER(LoadOptions), POINTER(Address), POINTER(Error),
)  # fmt: skip
model_load_bytes = _declare("apus_model_load_bytes", c_int32, Address, c_size_t, POINTER(Address), POINTER(Error))
model_save_file = _declare("apus_model_save_file", c_int32, Address, c_char_p, POINTER(Error))
model_retain = _declare("apus_model_retain", c_int32, Address)
model_release = _declare("apus_model_release", None, Address)

# 4. Facts about a model

FORMAT_XGBOOST_JSON = 1
FORMAT_XGBOOST_UBJSON = 2
FORMAT_LIGHTGBM_TEXT = 3
FORMAT_CATBOOST_JSON = 4
FORMAT_CATBOOST_BINARY = 5
FORMAT_APUS = 6
FORMAT_ONNX = 7


class ModelInfo(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("format", c_uint32),
        ("source_library", c_char_p),
        ("source_version_major", c_int32),
        ("source_version_minor", c_int32),
        ("source_version_patch", c_int32),
        ("feature_count", c_int32),
        ("objective", c_char_p),
        ("booster", c_char_p),
        ("margin_count", c_int32),
        ("score_count", c_int32),
        ("margin_bits", c_int32),
        ("has_feature_names", c_int32),
        ("iteration_count", c_int32),
        ("best_iteration", c_int32),
        ("tree_count", c_int32),
        ("max_depth", c_int32),
        ("node_count", c_int64),
        ("leaf_count", c_int64),
        ("memory_bytes", c_int64),
        ("attribute_count", c_int32),
        ("categorical_feature_count", c_int32),
        ("input_count", c_int32),
        ("output_count", c_int32),
    ]


model_get_info = _declare("apus_model_get_info", c_int32, Address, POINTER(ModelInfo), POINTER(Error))

FEATURE_UNKNOWN = 0
FEATURE_FLOAT = 1
FEATURE_INTEGER = 2
FEATURE_INDICATOR = 3
FEATURE_CATEGORICAL = 4

CATEGORY_NONE = 0
CATEGORY_TEXT = 1
CATEGORY_INTEGER = 2
CATEGORY_REAL = 3


class FeatureInfo(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_uint32),
        ("name", Address),  # not c_char_p: a name may hold zero bytes
        ("name_length", c_size_t),
        ("category_kind", c_uint32),
        ("category_count", c_int32),
        ("has_doubtful_categories", c_int32),
        ("reserved", c_int32),
    ]


model_get_feature = _declare(
    "apus_model_get_feature", c_int32, Address, c_int32, POINTER(FeatureInfo), POINTER(Error)
)
model_find_feature = _declare(
    "apus_model_find_feature", c_int32, Address, c_char_p, c_size_t, POINTER(c_int32), POINTER(Error)
)


class CategoryInfo(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_uint32),
        ("text", Address),
        ("text_length", c_size_t),
        ("integer", c_int64),
        ("real", c_double),
    ]


model_get_category = _declare(
    "apus_model_get_category",
    c_int32, Address, c_int32, c_int32, POINTER(CategoryInfo), POINTER(Error),
)  # fmt: skip
model_find_category_text = _declare(
    "apus_model_find_category_text",
    c_int32, Address, c_int32, c_char_p, c_size_t, POINTER(c_int32), POINTER(Error),
)  # fmt: skip
model_find_category_integer = _declare(
    "apus_model_find_category_integer",
    c_int32, Address, c_int32, c_int64, POINTER(c_int32), POINTER(Error),
)  # fmt: skip


class AttributeInfo(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("name", Address),
        ("name_length", c_size_t),
        ("value", Address),
        ("value_length", c_size_t),
    ]


model_get_attribute = _declare(
    "apus_model_get_attribute", c_int32, Address, c_int32, POINTER(AttributeInfo), POINTER(Error)
)

# 5. Scorers

OUTPUT_SCORE = 0
OUTPUT_MARGIN = 1
OUTPUT_LEAF = 2

ABSENT_DEFAULT = 0
ABSENT_MISSING = 1
ABSENT_ZERO = 2

UNSEEN_DEFAULT = 0
UNSEEN_ERROR = 1
UNSEEN_MISSING = 2
UNSEEN_NO_SET = 3

WEIGHTS_DEFAULT = 0
WEIGHTS_BFLOAT16 = 1

BEST_ITERATION = -1


class ScorerOptions(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("output", c_uint32),
        ("iteration_begin", c_int32),
        ("iteration_end", c_int32),
        ("missing_value", c_double),
        ("has_missing_value", c_uint32),
        ("absent", c_uint32),
        ("engine", c_char_p),
        ("instruction_set", c_char_p),
        ("unseen", c_uint32),
        ("weights", c_uint32),
    ]


scorer_create = _declare(
    "apus_scorer_create",
    c_int32, Address, POINTER(ScorerOptions), POINTER(Address), POINTER(Error),
)  # fmt: skip
scorer_release = _declare("apus_scorer_release", None, Address)


class ScorerInfo(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("output", c_uint32),
        ("feature_count", c_int32),
        ("value_count", c_int32),
        ("margin_count", c_int32),
        ("iteration_begin", c_int32),
        ("iteration_end", c_int32),
        ("tree_count", c_int32),
        ("engine", c_char_p),
        ("instruction_set", c_char_p),
        ("memory_bytes", c_int64),
    ]


scorer_get_info = _declare("apus_scorer_get_info", c_int32, Address, POINTER(ScorerInfo), POINTER(Error))
instruction_set_name = _declare("apus_instruction_set_name", c_char_p)

# 6. One row

scorer_score_row_f32 = _declare(
    "apus_scorer_score_row_f32",
    c_int32, Address, Address, c_size_t, Address, c_size_t, POINTER(Error),
)  # fmt: skip
scorer_score_row_f64 = _declare(
    "apus_scorer_score_row_f64",
    c_int32, Address, Address, c_size_t, Address, c_size_t, POINTER(Error),
)  # fmt: skip

VALUE_MISSING = 0
VALUE_NUMBER = 1
VALUE_INTEGER = 2
VALUE_TEXT = 3


class Value(ctypes.Structure):
    _fields_ = [
        ("kind", c_uint32),
        ("reserved", c_uint32),
        ("number", c_double),
        ("integer", c_int64),
        ("text", Address),
        ("text_length", c_size_t),
    ]


scorer_score_row_values = _declare(
    "apus_scorer_score_row_values",
    c_int32, Address, Address, c_size_t, Address, c_size_t, POINTER(Error),
)  # fmt: skip

# 7. Batches


class BatchOptions(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("thread_count", c_int32),
        ("base_margin", Address),
        ("base_margin_count", c_size_t),
    ]


scorer_score_f32 = _declare(
    "apus_scorer_score_f32",
    c_int32, Address, Address, c_size_t, c_size_t, c_size_t,
    POINTER(BatchOptions), Address, c_size_t, POINTER(Error),
)  # fmt: skip
scorer_score_f64 = _declare(
    "apus_scorer_score_f64",
    c_int32, Address, Address, c_size_t, c_size_t, c_size_t,
    POINTER(BatchOptions), Address, c_size_t, POINTER(Error),
)  # fmt: skip
scorer_score_values = _declare(
    "apus_scorer_score_values",
    c_int32, Address, Address, c_size_t, c_size_t, c_size_t,
    POINTER(BatchOptions), Address, c_size_t, POINTER(Error),
)  # fmt: skip
scorer_score_columns_f32 = _declare(
    "apus_scorer_score_columns_f32",
    c_int32, Address, Address, c_size_t, c_size_t,
    POINTER(BatchOptions), Address, c_size_t, POINTER(Error),
)  # fmt: skip
scorer_score_columns_f64 = _declare(
    "apus_scorer_score_columns_f64",
    c_int32, Address, Address, c_size_t, c_size_t,
    POINTER(BatchOptions), Address, c_size_t, POINTER(Error),
)  # fmt: skip
scorer_score_csr_f32 = _declare(
    "apus_scorer_score_csr_f32",
    c_int32, Address, Address, c_size_t, Address, Address, c_size_t, c_size_t,
    POINTER(BatchOptions), Address, c_size_t, POINTER(Error),
)  # fmt: skip
scorer_score_csr_f64 = _declare(
    "apus_scorer_score_csr_f64",
    c_int32, Address, Address, c_size_t, Address, Address, c_size_t, c_size_t,
    POINTER(BatchOptions), Address, c_size_t, POINTER(Error),
)  # fmt: skip

# 8. Networks

ELEMENT_UNKNOWN = 0
ELEMENT_F32 = 1
ELEMENT_U8 = 2
ELEMENT_I8 = 3
ELEMENT_U16 = 4
ELEMENT_I16 = 5
ELEMENT_I32 = 6
ELEMENT_I64 = 7
ELEMENT_TEXT = 8
ELEMENT_BOOL = 9
ELEMENT_F16 = 10
ELEMENT_F64 = 11
ELEMENT_U32 = 12
ELEMENT_U64 = 13
ELEMENT_BF16 = 16

RANK_LIMIT = 8


class TensorInfo(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("element", c_uint32),
        ("name", Address),
        ("name_length", c_size_t),
        ("rank", c_int32),
        ("reserved", c_int32),
        ("lengths", c_int64 * RANK_LIMIT),
        ("length_names", c_char_p * RANK_LIMIT),
    ]


model_get_input = _declare("apus_model_get_input", c_int32, Address, c_int32, POINTER(TensorInfo), POINTER(Error))
model_get_output = _declare(
    "apus_model_get_output", c_int32, Address, c_int32, POINTER(TensorInfo), POINTER(Error)
)


class Shape(ctypes.Structure):
    _fields_ = [("rank", c_int32), ("reserved", c_int32), ("lengths", c_int64 * RANK_LIMIT)]


class Tensor(ctypes.Structure):
    _fields_ = [
        ("element", c_uint32),
        ("reserved", c_uint32),
        ("data", Address),
        ("byte_length", c_size_t),
    ]


class NetworkOptions(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("thread_count", c_int32),
        ("shapes", Address),
        ("shape_count", c_size_t),
        ("engine", c_char_p),
        ("instruction_set", c_char_p),
        ("constants", Address),
        ("constant_count", c_size_t),
        ("weights", c_uint32),
        ("reserved", c_uint32),
    ]


network_create = _declare(
    "apus_network_create",
    c_int32, Address, POINTER(NetworkOptions), POINTER(Address), POINTER(Error),
)  # fmt: skip
network_release = _declare("apus_network_release", None, Address)


class NetworkInfo(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("input_count", c_int32),
        ("output_count", c_int32),
        ("step_count", c_int32),
        ("engine", c_char_p),
        ("instruction_set", c_char_p),
        ("memory_bytes", c_int64),
        ("operation_count", c_int64),
    ]


network_get_info = _declare("apus_network_get_info", c_int32, Address, POINTER(NetworkInfo), POINTER(Error))
network_get_input = _declare(
    "apus_network_get_input", c_int32, Address, c_int32, POINTER(TensorInfo), POINTER(Error)
)
network_get_output = _declare(
    "apus_network_get_output", c_int32, Address, c_int32, POINTER(TensorInfo), POINTER(Error)
)


network_run = _declare(
    "apus_network_run",
    c_int32, Address, Address, c_size_t, Address, c_size_t, POINTER(Error),
)  # fmt: skip

# 9. Slots. Not called: slot.py holds Python's own objects, which know the model's features too.

slot_create = _declare("apus_slot_create", c_int32, Address, POINTER(Address), POINTER(Error))
slot_publish = _declare("apus_slot_publish", c_int32, Address, Address, POINTER(Error))
slot_acquire = _declare("apus_slot_acquire", c_int32, Address, POINTER(Address), POINTER(Error))
slot_release = _declare("apus_slot_release", None, Address)

# 10. Self-test

self_test = _declare("apus_self_test", c_int32, POINTER(Error))
