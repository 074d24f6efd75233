"""Apus's own files, changed: (file, bytes, status, words of the message). Checksums are made right again where they are
not what is wrong."""

import struct

from bases import FOLDER

TREE = (FOLDER.parent / "scikit-learn" / "tree" / "model.apus").read_bytes()
FOREST = (FOLDER.parent / "scikit-learn" / "forest-classes" / "model.apus").read_bytes()
SETS = (FOLDER.parent / "scikit-learn" / "hist-categories" / "model.apus").read_bytes()
LINEAR = (FOLDER.parent / "scikit-learn" / "linear" / "model.apus").read_bytes()
MALFORMED, INVALID, UNSUPPORTED, TRUNCATED = (
    "APUS_MALFORMED",
    "APUS_INVALID_MODEL",
    "APUS_UNSUPPORTED",
    "APUS_TRUNCATED",
)
_MASK = 2**64 - 1


def _checksum(content):
    content = bytes(content) + bytes(-len(content) % 8)  # a table may have been made to name odd places
    total = 0
    for index, (word,) in enumerate(struct.iter_unpack("<Q", content)):
        z = (word + (index + 1) * 0x9E3779B97F4A7C15) & _MASK
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & _MASK
        total += z ^ z >> 31
    return total & _MASK


def _table(content):
    """(place of the entry, number, offset, length) of each section."""
    count = struct.unpack_from("<I", content, 12)[0]
    for entry in range(64, 64 + 32 * count, 32):
        yield entry, *struct.unpack_from("<QQQ", content, entry)


def sealed(content):
    """The same with right checksums."""
    content = bytearray(content)
    for entry, _, offset, length in list(_table(content)):
        struct.pack_into("<Q", content, entry + 24, _checksum(content[offset : offset + length]))
    end = 64 + 32 * struct.unpack_from("<I", content, 12)[0]
    struct.pack_into("<Q", content, 24, 0)
    struct.pack_into("<Q", content, 24, _checksum(content[:end]))
    return bytes(content)


def _at(content, section, place):
    return next(offset for _, number, offset, _ in _table(content) if number == section) + place


def _word(content, place, value, form="<Q"):
    content = bytearray(content)
    struct.pack_into(form, content, place, value)
    return sealed(content)


def _entry(content, index, place, value):
    return _word(content, 64 + 32 * index + place, value)


def _flip(content, place):
    content = bytearray(content)
    content[place] ^= 1
    return bytes(content)


ENTRIES = [
    ("apus-mark-alone.apus", TREE[:8], TRUNCATED, "ends at byte 8"),
    ("apus-cut.apus", TREE[:-64], TRUNCATED, "but says"),
    ("apus-longer.apus", TREE + bytes(64), MALFORMED, "but says"),
    ("apus-version.apus", _word(TREE, 8, 2, "<I"), UNSUPPORTED, "version 2"),
    ("apus-sections.apus", _word(TREE, 12, 11, "<I"), UNSUPPORTED, "11 sections"),
    ("apus-reserved.apus", _flip(TREE, 40), MALFORMED, "checksum of the header"),
    ("apus-table-flip.apus", _flip(TREE, 64), MALFORMED, "checksum of the header"),
    ("apus-nodes-flip.apus", _flip(TREE, _at(TREE, 4, 16)), MALFORMED, "checksum of section 4"),
    ("apus-section-unknown.apus", _entry(TREE, 3, 0, 99), UNSUPPORTED, "section 99"),
    ("apus-section-order.apus", _entry(TREE, 1, 0, 1), MALFORMED, "section 1 is not where it belongs"),
    ("apus-section-place.apus", _entry(TREE, 1, 8, 64), MALFORMED, "is not where it belongs"),
    ("apus-section-huge.apus", _entry(TREE, 1, 16, 2**64 - 8), MALFORMED, "is not where it belongs"),
    ("apus-section-odd.apus", _entry(TREE, 1, 16, 9), MALFORMED, "is not where it belongs"),
    ("apus-library-long.apus", _word(TREE, _at(TREE, 1, 0), 2**62), MALFORMED, "bytes of text"),
    ("apus-library-other.apus", _word(TREE, _at(TREE, 1, 8), 0), UNSUPPORTED, "is not known"),
    ("apus-version-huge.apus", _word(TREE, _at(TREE, 1, 24), 2**40), MALFORMED, "a part of the version"),
    ("apus-node-kind.apus", _word(TREE, _at(TREE, 4, 0), 6, "B"), MALFORMED, "of no kind"),
    ("apus-node-flag.apus", _word(TREE, _at(TREE, 4, 1), 2, "B"), MALFORMED, "of no kind"),
    ("apus-node-feature.apus", _word(TREE, _at(TREE, 4, 4), 7, "<i"), INVALID, "feature 7"),
    ("apus-node-feature-negative.apus", _word(TREE, _at(TREE, 4, 4), -1, "<i"), INVALID, "feature -1"),
    ("apus-node-left.apus", _word(TREE, _at(TREE, 4, 8), 0, "<i"), INVALID, "children at 0"),
    ("apus-node-left-far.apus", _word(TREE, _at(TREE, 4, 8), 2**31 - 1, "<i"), INVALID, "children at 2147483647"),
    ("apus-node-number.apus", _word(TREE, _at(TREE, 4, 12), -5, "<i"), INVALID, "negative number"),
    ("apus-node-set.apus", _word(TREE, _at(TREE, 4, 0), 5, "B"), INVALID, "of a table with 0"),
    ("apus-node-vector.apus", _word(TREE, _at(TREE, 4, 0), 1, "B"), INVALID, "of a table with 0"),
    ("apus-tree-empty.apus", _word(TREE, _at(TREE, 5, 0), 0), MALFORMED, "the number of nodes is 0"),
    ("apus-tree-short.apus", _word(TREE, _at(TREE, 5, 0), 3), INVALID, "lead to"),
    ("apus-tree-long.apus", _word(TREE, _at(TREE, 5, 0), 2**31 - 1), MALFORMED, "are left"),
    ("apus-tree-output.apus", _word(TREE, _at(TREE, 5, 8), 1), INVALID, "output 1"),
    ("apus-rounds-many.apus", _word(TREE, _at(TREE, 6, 0), 2**61), MALFORMED, "boosting rounds"),
    ("apus-rounds-end.apus", _word(TREE, _at(TREE, 6, 16), 2), INVALID, "boosting rounds cover 2"),
    ("apus-vectors-odd.apus", _word(FOREST, _at(FOREST, 8, 0), 4), INVALID, "no multiple of 3"),
    ("apus-vectors-many.apus", _word(FOREST, _at(FOREST, 8, 0), 2**60), MALFORMED, "values of leaf vectors"),
    ("apus-sets-sizes.apus", _word(SETS, _at(SETS, 7, 8), 2**32 - 1, "<I"), MALFORMED, "category sets are too long"),
    ("apus-linear-features.apus", _word(LINEAR, _at(LINEAR, 9, 24), 6), MALFORMED, "bytes too many"),
    ("apus-linear-feature.apus", _word(LINEAR, _at(LINEAR, 9, 32), 7, "<I"), INVALID, "linear leaf asks for feature 7"),
]
