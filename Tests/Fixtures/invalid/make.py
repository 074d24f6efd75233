"""Make the files that must be refused, and expected.txt: `<file> <status> <words that the message must contain>`.

    python make.py

Every file is a real model of ../xgboost, ../lightgbm, ../catboost or ../scikit-learn with one thing changed, a small ONNX file, or the start
of a file of another kind. Needs NumPy.
"""

import apus_file
import catboost
import contradictions
import lightgbm_text
import onnx_file
import other_formats
import syntax_json
import syntax_ubjson
from bases import FOLDER, as_json, as_ubjson, changed, check_typing


def entries():
    yield from other_formats.ENTRIES
    yield from syntax_json.ENTRIES
    yield from syntax_ubjson.ENTRIES
    yield from catboost.ENTRIES
    yield from lightgbm_text.ENTRIES
    yield from apus_file.ENTRIES
    yield from onnx_file.ENTRIES
    for name, base, change, status, words in contradictions.ENTRIES:
        document = changed(base, change)
        assert document != base, name
        yield f"{name}.json", as_json(document), status, words
        yield f"{name}.ubj", as_ubjson(document), status, words


def main():
    check_typing()
    sources = {path for path in FOLDER.iterdir() if path.suffix == ".py" or path.is_dir()}
    for path in set(FOLDER.iterdir()) - sources:
        path.unlink()
    lines = {}
    for name, data, status, words in entries():
        assert name not in lines, f"{name} is made twice"
        (FOLDER / name).write_bytes(data)
        lines[name] = f"{name} {status} {words}"
    (FOLDER / "expected.txt").write_text("".join(f"{lines[name]}\n" for name in sorted(lines)), encoding="utf-8")
    print(f"{len(lines)} files")


if __name__ == "__main__":
    main()
