"""Networks in files: numbers that lie in other files, and tables that stay in the file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import apus

ROWS, WIDTH = 70_000, 64  # 17 MiB: from 16 on a file is kept


def network(rows: int = 8, width: int = 4) -> onnx.ModelProto:
    """A table that integers look up, a weight, and a constant inside of a node."""
    random = np.random.default_rng(1)
    table = random.normal(size=(rows, width)).astype(np.float32)
    weight = random.normal(size=(width, 3)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "key"], ["embedding"]),
        helper.make_node("MatMul", ["embedding", "weight"], ["sums"]),
        helper.make_node("Constant", [], ["bias"], value=numpy_helper.from_array(np.ones(3, np.float32), "bias")),
        helper.make_node("Add", ["sums", "bias"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("key", TensorProto.INT64, ["n"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3])],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(weight, "weight")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])


KEYS = {"key": np.array([3, 0, 7, -1])}


def answer(source: Any, keys: dict[str, np.ndarray] = KEYS, **options: bool) -> np.ndarray:
    with apus.load(source, **options) as model:
        return model.run(keys)["y"]


# ---- Numbers in other files


def save(folder: Path, change: Callable[[onnx.TensorProto], None] | None = None, **options: Any) -> Path:
    """As onnx writes it; `change` is made to the table, whose entries say where it lies."""
    model = network()
    options = {"location": "model.data", "size_threshold": 0, "convert_attribute": True, **options}
    onnx.save_model(model, folder / "model.onnx", save_as_external_data=True, **options)
    model = onnx.load(folder / "model.onnx", load_external_data=False)
    if change:
        change(model.graph.initializer[0])
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    return folder / "model.onnx"


def entry(key: str, value: str | None) -> Callable[[onnx.TensorProto], None]:
    """Changes an entry, or leaves it out."""

    def change(tensor: onnx.TensorProto) -> None:
        kept = [(entry.key, entry.value) for entry in tensor.external_data if entry.key != key]
        del tensor.external_data[:]
        for name, text in kept + ([] if value is None else [(key, value)]):
            tensor.external_data.add(key=name, value=text)

    return change


@pytest.mark.parametrize("together", (True, False), ids=("one-file", "a-file-each"))
def test_numbers_in_other_files(together: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = answer(network().SerializeToString())
    path = save(tmp_path, all_tensors_to_one_file=together, location="model.data" if together else None)
    assert len(list(tmp_path.iterdir())) == (2 if together else 4)
    np.testing.assert_array_equal(answer(path), expected)
    monkeypatch.chdir(tmp_path)
    np.testing.assert_array_equal(answer("model.onnx"), expected)
    # Apus's own file has them inside.
    with apus.load(path) as model:
        model.save(tmp_path / "alone.apus")
    for other in tmp_path.glob("model*"):
        other.unlink()
    np.testing.assert_array_equal(answer(tmp_path / "alone.apus"), expected)


def test_a_file_in_a_folder_below(tmp_path: Path) -> None:
    path = save(tmp_path, entry("location", "parts/first/model.data"))
    (tmp_path / "parts" / "first").mkdir(parents=True)
    (tmp_path / "parts" / "first" / "model.data").write_bytes((tmp_path / "model.data").read_bytes())
    np.testing.assert_array_equal(answer(path), answer(network().SerializeToString()))


def refusal(path: Any, **options: bool) -> str:
    with pytest.raises(apus.ApusError) as raised:
        apus.load(path, **options)
    return f"{raised.value.status_name}: {raised.value}"


def test_bytes_have_no_folder(tmp_path: Path) -> None:
    path = save(tmp_path)
    for text in (refusal(path.read_bytes()), refusal(path, other_files=False)):
        assert text.startswith("APUS_UNSUPPORTED") and "the tensor 'table' lies in the file 'model.data'" in text


OUTSIDE = "only files in the model's folder are read"


@pytest.mark.parametrize(
    "key, value, status, words",
    (
        ("location", "/etc/hostname", "INVALID_MODEL", OUTSIDE),
        ("location", "../model.data", "INVALID_MODEL", OUTSIDE),
        ("location", "parts/../model.data", "INVALID_MODEL", OUTSIDE),
        ("location", "./model.data", "INVALID_MODEL", OUTSIDE),
        ("location", "parts//model.data", "INVALID_MODEL", OUTSIDE),
        ("location", "model.data/", "INVALID_MODEL", OUTSIDE),
        ("location", "..\\model.data", "INVALID_MODEL", OUTSIDE),
        ("location", "model.data\0", "INVALID_MODEL", OUTSIDE),
        ("location", "a" * 5000, "INVALID_MODEL", OUTSIDE),
        ("location", "", "INVALID_MODEL", "which has no name"),
        ("location", None, "INVALID_MODEL", "which has no name"),
        ("location", "nothing.data", "FILE_UNREADABLE", "'nothing.data' of the tensor 'table' cannot be read: No such file"),
        ("location", "model.data/x", "FILE_UNREADABLE", "Not a directory"),
        ("location", "folder", "FILE_UNREADABLE", "Is a directory"),
        ("location", "pipe", "FILE_UNREADABLE", "not a regular file"),
        ("location", "link", "FILE_UNREADABLE", "Too many levels of symbolic links"),
        ("location", "linked/model.data", "FILE_UNREADABLE", "Not a directory"),
        ("length", "64", "INVALID_MODEL", "has 64 bytes in the file 'model.data', its dims say 128"),
        ("length", "", "INVALID_MODEL", "'' is no place in a file"),
        ("length", "-1", "INVALID_MODEL", "'-1' is no place in a file"),
        ("length", "99999999999999999999", "INVALID_MODEL", "is no place in a file"),
        ("length", None, "TRUNCATED", "has 128 bytes from 0 on"),
        ("offset", "1000000", "TRUNCATED", "from 1000000 on in the file 'model.data', which has"),
        ("offset", "9223372036854775807", "INVALID_MODEL", "is no place in a file"),
        ("offset", "one", "INVALID_MODEL", "'one' is no place in a file"),
    ),
)
def test_what_is_refused(key: str, value: str | None, status: str, words: str, tmp_path: Path) -> None:
    path = save(tmp_path, entry(key, value))
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("model.data")
    (tmp_path / "linked").symlink_to(tmp_path)
    text = refusal(path)
    assert text.startswith(f"APUS_{status}") and words in text, text


def test_the_same_numbers_any_number_of_times(tmp_path: Path) -> None:
    """A model of some bytes cannot ask for more memory than its files have."""
    path = save(tmp_path)
    model = onnx.load(path, load_external_data=False)
    for index in range(100):
        model.graph.initializer.add().CopyFrom(model.graph.initializer[0])
        model.graph.initializer[-1].name = f"copy{index}"
    path.write_bytes(model.SerializeToString())
    assert "APUS_LIMIT_EXCEEDED: tensors take more numbers of the file 'model.data' than it has" in refusal(path)


def test_a_huge_tensor_of_a_small_file(tmp_path: Path) -> None:
    def change(tensor: onnx.TensorProto) -> None:
        tensor.dims[0] = 1 << 27
        entry("length", str(1 << 31))(tensor)

    assert "APUS_TRUNCATED" in refusal(save(tmp_path, change))


# ---- Tables that stay in the file


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray, dict[str, np.ndarray]]:
    """A network with a table of 17 MiB, what it gives, and for which keys."""
    path = tmp_path_factory.mktemp("table") / "model.apus"
    keys = {"key": np.random.default_rng(2).integers(0, ROWS, 1000)}
    with apus.load(network(ROWS, WIDTH).SerializeToString()) as model:
        model.save(path)
        return path, model.run(keys)["y"], keys


@pytest.mark.parametrize("mapped", (False, True))
@pytest.mark.parametrize("checksums", (False, True))
def test_tables(table: Any, mapped: bool, checksums: bool, tmp_path: Path) -> None:
    path, expected, keys = table
    copy = tmp_path / "model.apus"
    copy.write_bytes(path.read_bytes())
    with apus.load(copy, mapped=mapped, checksums=checksums) as model:
        maps = Path("/proc/self/maps").read_text()
        assert (str(copy) in maps) == mapped
        # Another file takes the place of this one, and the model does not notice.
        (tmp_path / "other").write_bytes(b"other")
        os.replace(tmp_path / "other", copy)
        network = model.network({"key": keys["key"].shape})
    np.testing.assert_array_equal(network.run(keys)["y"], expected)
    network.close()
    assert str(copy) not in Path("/proc/self/maps").read_text()


def test_a_damaged_table(table: Any, tmp_path: Path) -> None:
    path = tmp_path / "model.apus"
    content = bytearray(table[0].read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    for mapped in (False, True):
        assert "APUS_MALFORMED: the checksum of section 14 is wrong" in refusal(path, mapped=mapped)
        answer(path, {"key": np.arange(4)}, mapped=mapped, checksums=False)
    # What says where the numbers lie is compared in any case.
    content[300] ^= 1
    path.write_bytes(content)
    assert "APUS_MALFORMED: the checksum of" in refusal(path, mapped=True, checksums=False)
