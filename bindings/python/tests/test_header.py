"""_ffi.py and include/apus.h agree on every function, constant and struct."""

from __future__ import annotations

import ctypes
import inspect
import re
import subprocess
from ctypes import POINTER, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint32
from ctypes import c_void_p as Address
from pathlib import Path
from typing import Any

import pytest

from apus import _ffi

HEADER = Path(__file__).resolve().parents[3] / "include" / "apus.h"
TEXT = re.sub(r"/\*.*?\*/", " ", HEADER.read_text(), flags=re.DOTALL)

CONSTANTS = re.findall(r"^#define (APUS_\w+) +\S", TEXT, re.MULTILINE)
STRUCTS = dict(
    (name, [re.search(r"(\w+)(\[\d+\])?$", field.strip()).group(1) for field in body.split(";")[:-1]])
    for body, name in re.findall(r"typedef struct \w+ \{(.*?)\} (\w+);", TEXT, re.DOTALL)
)
FUNCTIONS = {
    name: (result.strip(), [" ".join(argument.split()) for argument in arguments.split(",")])
    for result, name, arguments in re.findall(
        r"^((?:const )?\w+ \*?)(apus_\w+)\((.*?)\);", TEXT, re.MULTILINE | re.DOTALL
    )
}

# How _ffi.py spells a C type. Memory that a text in the header describes is an Address.
SCALARS = {
    "void": None,
    "int32_t": c_int32,
    "int64_t": c_int64,
    "uint32_t": c_uint32,
    "size_t": c_size_t,
    "double": c_double,
    "apus_status": c_int32,
    "const char *": c_char_p,
    "int32_t *": POINTER(c_int32),
    "apus_model **": POINTER(Address),
    "apus_scorer **": POINTER(Address),
    "apus_network **": POINTER(Address),
    "const apus_scorer **": POINTER(Address),
    "apus_slot **": POINTER(Address),
}
ADDRESSES = [
    "const void *",
    "const float *",
    "const double *",
    "double *",
    "const int32_t *",
    "const int64_t *",
    "const float *const *",
    "const double *const *",
    "const apus_value *",
    "apus_model *",
    "const apus_model *",
    "apus_scorer *",
    "const apus_scorer *",
    "apus_network *",
    "const apus_network *",
    "const apus_tensor *",
    "apus_slot *",
    "const apus_slot *",
]


def python_name(c_name: str) -> str:
    """apus_model_info -> ModelInfo."""
    return "".join(word.capitalize() for word in c_name.split("_")[1:])


def python_type(c_type: str) -> Any:
    if c_type in SCALARS:
        return SCALARS[c_type]
    if c_type in ADDRESSES:
        return Address
    struct = re.fullmatch(r"(?:const )?(apus_\w+) \*", c_type)
    assert struct and struct.group(1) in STRUCTS, f"no Python type for {c_type}"
    return POINTER(getattr(_ffi, python_name(struct.group(1))))


def argument_type(argument: str) -> str:
    """`const double *out` -> `const double *`."""
    return re.sub(r"\w+$", "", argument).strip()


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """What a C compiler says of the header: constants, and sizes and offsets of structs."""
    folder = tmp_path_factory.mktemp("header")
    lines = [f'printf("{name} %lld\\n", (long long){name});' for name in CONSTANTS]
    for struct, fields in STRUCTS.items():
        lines.append(f'printf("{struct} %zu\\n", sizeof({struct}));')
        for field in fields:
            lines.append(f'printf("{struct}.{field} %zu\\n", offsetof({struct}, {field}));')
            member = f"(({struct} *)0)->{field}"
            lines.append(f'printf("{struct}.{field}.size %zu\\n", sizeof({member}));')
    source = folder / "layout.c"
    body = "\n".join(lines)
    source.write_text(f'#include <stdio.h>\n#include "apus.h"\nint main(void) {{\n{body}\nreturn 0;\n}}\n')
    program = folder / "layout"
    subprocess.run(
        ["gcc", "-std=c99", "-Wall", "-Werror", f"-I{HEADER.parent}", source, "-o", program], check=True
    )
    output = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    return {name: int(value) for name, value in map(str.split, output.splitlines())}


def test_the_header_was_parsed() -> None:
    """Everything that begins with apus_ or APUS_ in the header belongs to something that was found."""
    types = set(re.findall(r"typedef (?:struct )?\w+ (apus_\w+);", TEXT))
    names = set(re.findall(r"\b(?:apus|APUS)_\w+", TEXT)) - {"APUS_H"}
    assert names == set(CONSTANTS) | set(STRUCTS) | set(FUNCTIONS) | types
    assert len(CONSTANTS) > 30 and len(STRUCTS) == 15 and len(FUNCTIONS) > 25


def test_constants(compiled: dict[str, int]) -> None:
    declared = {
        f"APUS_{name}": value
        for name, value in vars(_ffi).items()
        if re.fullmatch("[A-Z][A-Z0-9_]+", name) and name != "POINTER"
    }
    assert declared == {name: compiled[name] for name in CONSTANTS}


def test_structs(compiled: dict[str, int]) -> None:
    declared = {
        name
        for name, value in vars(_ffi).items()
        if inspect.isclass(value) and issubclass(value, ctypes.Structure)
    }
    assert declared == {python_name(struct) for struct in STRUCTS}
    for struct, fields in STRUCTS.items():
        python = getattr(_ffi, python_name(struct))
        assert [name for name, *_ in python._fields_] == fields
        assert ctypes.sizeof(python) == compiled[struct], struct
        for field in fields:
            place = getattr(python, field)
            assert place.offset == compiled[f"{struct}.{field}"], (struct, field)
            assert place.size == compiled[f"{struct}.{field}.size"], (struct, field)


def test_functions() -> None:
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(_ffi, name[len("apus_") :])
        assert function.__name__ == name
        assert function.restype == python_type(result), name
        types = [] if arguments == ["void"] else [python_type(argument_type(a)) for a in arguments]
        assert list(function.argtypes or ()) == types, name


def test_functions_are_declared_in_the_header_s_order() -> None:
    declared = re.findall(r'_declare\(\s*"(apus_\w+)"', Path(_ffi.__file__).read_text())
    assert declared == list(FUNCTIONS)


def test_constants_are_declared_in_the_header_s_order() -> None:
    declared = re.findall(r"^([A-Z_]+[A-Z0-9_]*) = ", Path(_ffi.__file__).read_text(), re.MULTILINE)
    assert [f"APUS_{name}" for name in declared] == CONSTANTS
