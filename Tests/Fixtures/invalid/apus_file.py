"""Apus's own files, changed: (file, bytes, status, words of the message). Checksums are made right again where they are
not what is wrong."""

import struct

from bases import FOLDER

TREE = (FOLDER.parent / "scikit-learn" / "tree" / "model.apus").read_bytes()
FOREST = (FOLDER.parent / "scikit-learn" / "forest-classes" / "model.apus").read_bytes()
SETS = (FOLDER.parent / "scikit-learn" / "hist-categories" / "model.apus").read_bytes()
LINEAR = (FOLDER.parent / "scikit-learn" / "linear" / "model.apus").read_bytes()
NETWORKS = FOLDER.parent / "fuzz" / "apus"
BRANCHES = (NETWORKS / "network-branches.apus").read_bytes()
TREES = (NETWORKS / "network-trees.apus").read_bytes()
TABLE = (NETWORKS / "network-table.apus").read_bytes()
TEXT = (NETWORKS / "network-text.apus").read_bytes()
LIMIT = "APUS_LIMIT_EXCEEDED"
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


class Graph:
    """The places of the words of a network's section by what they are, in the order of the file."""

    def __init__(self, content):
        self.content, self.place, self.places = content, _at(content, 11, 0), {}
        for _ in range(self.word("constants")):
            self.word("constant")
        for _ in range(self.word("inputs")):
            self.port()
        self.nodes()
        for _ in range(self.word("outputs")):
            self.port()
            self.word("output")

    def word(self, name):
        self.places.setdefault(name, []).append(self.place)
        self.place += 8
        return struct.unpack_from("<q", self.content, self.place - 8)[0]

    def text(self, name):
        length = self.word(name)
        self.place += (length + 7) // 8 * 8

    def port(self):
        self.text("port")
        self.word("element")
        for _ in range(self.word("axes known") and self.word("axes")):
            self.word("axis")
            self.text("axis name")

    def nodes(self):
        for _ in range(self.word("nodes")):
            self.word("trained")
            self.text("operator")
            self.word("version")
            self.text("name")
            self.values("uses")
            for _ in range(self.word("attributes")):
                self.attribute()
            self.values("made")

    def values(self, name):
        for _ in range(self.word(name + " count")):
            self.word(name)

    def attribute(self):
        self.text("attribute")
        count = self.word("integers")
        self.place += count * 8
        count = self.word("reals")
        self.place += (count * 4 + 7) // 8 * 8
        for _ in range(self.word("texts")):
            self.text("text")
        self.word("tensor")
        self.word("trees")
        if self.word("graph"):
            self.values("parameters")
            self.nodes()
            self.values("results")


def _graph(content, name, index, value):
    """The file with another word in place of the one that is the `index`-th of its kind."""
    return _word(content, Graph(content).places[name][index], value & _MASK)


ENTRIES = [
    ("apus-mark-alone.apus", TREE[:8], TRUNCATED, "ends at byte 8"),
    ("apus-cut.apus", TREE[:-64], TRUNCATED, "but says"),
    ("apus-longer.apus", TREE + bytes(64), MALFORMED, "but says"),
    ("apus-version.apus", _word(TREE, 8, 2, "<I"), UNSUPPORTED, "version 2"),
    ("apus-sections.apus", _word(TREE, 12, 15, "<I"), UNSUPPORTED, "15 sections"),
    ("apus-reserved.apus", _flip(TREE, 40), MALFORMED, "checksum of the header"),
    ("apus-reserved-sealed.apus", _word(TREE, 40, 1), MALFORMED, "padding is not zero"),
    ("apus-link-parameter.apus", _word(TABLE, _at(TABLE, 1, 136), 1), MALFORMED, "link 0 is not known"),
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
    ("apus-network-library.apus", _word(TABLE, _at(TABLE, 1, 8), 0x6E6E6F, "<I"), UNSUPPORTED, "is not known"),
    ("apus-network-rows.apus", _word(TABLE, _at(TABLE, 1, 64), 3), MALFORMED, "says more than a network has"),
    ("apus-network-section.apus", _entry(TABLE, 0, 0, 2), MALFORMED, "ends in the middle"),
    ("apus-network-constants.apus", _graph(TABLE, "constants", 0, 2**60), MALFORMED, "constants are announced"),
    ("apus-network-constant-order.apus", _graph(TABLE, "constant", 0, 1), MALFORMED, "tensor 1 comes before 0"),
    ("apus-network-constant-beyond.apus", _graph(TABLE, "constant", 4, 5), MALFORMED, "a tensor is 5"),
    ("apus-network-constant-none.apus", _graph(TABLE, "constant", 0, -1), MALFORMED, "a constant has no tensor"),
    ("apus-network-constant-twice.apus", _graph(TABLE, "constant", 4, 3), MALFORMED, "tensors or trees that it does not use"),
    ("apus-network-inputs.apus", _graph(TABLE, "inputs", 0, 2**61), MALFORMED, "inputs are announced"),
    ("apus-network-element.apus", _graph(TABLE, "element", 0, 14), MALFORMED, "14 is no type of elements"),
    ("apus-network-element-none.apus", _graph(TABLE, "element", 0, 0), INVALID, "does not say what its elements are"),
    ("apus-network-axis.apus", _graph(TABLE, "axis", 0, -2), MALFORMED, "the length of an axis is -2"),
    ("apus-network-axis-huge.apus", _graph(TABLE, "axis", 1, 2**62), LIMIT, "more than 8 axes or 4 GiB"),
    ("apus-network-axis-other.apus", _graph(TABLE, "axis", 1, 4), INVALID, "the node 'product'"),
    ("apus-network-axes.apus", _graph(TABLE, "axes", 0, 2**60), MALFORMED, "axes are announced"),
    ("apus-network-nodes.apus", _graph(TABLE, "nodes", 0, 2**58), MALFORMED, "nodes are announced"),
    ("apus-network-nodes-none.apus", _graph(TABLE, "nodes", 0, 0), MALFORMED, "bytes too many"),
    ("apus-network-operator.apus", _graph(TABLE, "trained", 0, 1), UNSUPPORTED, "the operator 'DequantizeLinear' is not supported"),
    ("apus-network-version.apus", _graph(TABLE, "version", 0, 0), MALFORMED, "the version of an operator is 0"),
    ("apus-network-trained-version.apus", _graph(TEXT, "version", 0, 6), UNSUPPORTED, "the node 'codes': it is of version 6"),
    ("apus-network-use-later.apus", _graph(TABLE, "uses", 0, 6), MALFORMED, "a value is 6"),
    ("apus-network-use-negative.apus", _graph(TABLE, "uses", 0, -2), MALFORMED, "a value is -2"),
    ("apus-network-use-none.apus", _graph(TABLE, "uses", 0, -1), INVALID, "the node 'wide': it has no input 0"),
    ("apus-network-uses.apus", _graph(TABLE, "uses count", 0, 2**60), MALFORMED, "values are announced"),
    ("apus-network-made.apus", _graph(TABLE, "made", 0, 2), MALFORMED, "whether there is a result"),
    ("apus-network-made-none.apus", _graph(TABLE, "made", 3, 0), MALFORMED, "an output is 9"),
    ("apus-network-attributes.apus", _graph(TABLE, "attributes", 2, 2**57), MALFORMED, "attributes are announced"),
    ("apus-network-attribute-tensor.apus", _graph(TABLE, "tensor", 0, 9), MALFORMED, "a tensor is 9"),
    ("apus-network-attribute-trees.apus", _graph(TABLE, "trees", 0, 0), MALFORMED, "trees is 0"),
    ("apus-network-output.apus", _graph(TABLE, "output", 0, 10), MALFORMED, "an output is 10"),
    ("apus-network-inner-sight.apus", _graph(BRANCHES, "output", 0, 4), INVALID, "the output 'y' is made by no node"),
    ("apus-network-inner-use.apus", _graph(BRANCHES, "uses", -1, 4), INVALID, "the node 'leaky': it reads a value that nothing before it makes"),
    ("apus-network-inner-result.apus", _graph(BRANCHES, "results", 1, 4), INVALID, "gives a value that it does not see"),
    ("apus-network-no-trees.apus", _graph(TREES, "trees", 0, -1), MALFORMED, "tensors or trees that it does not use"),
    ("apus-network-trees-columns.apus", _word(TREES, _at(TREES, 12, 0), 1), INVALID, "do not fit its columns or outputs"),
    ("apus-network-trees-more-columns.apus", _word(TREES, _at(TREES, 12, 0), 3), INVALID, "do not fit its columns or outputs"),
    ("apus-network-trees-column.apus", _word(TREES, _at(TREES, 12, 16), 2), INVALID, "trees compare column 2"),
    ("apus-network-trees-transform.apus", _word(TREES, _at(TREES, 12, 40), 5), MALFORMED, "a transform is 5"),
    ("apus-network-trees-divisor.apus", _word(TREES, _at(TREES, 12, 48), 0), INVALID, "the rule for the sums of trees"),
    ("apus-network-trees-labels.apus", _word(TREES, _at(TREES, 12, 72), 1), MALFORMED, "labels is 1"),
    ("apus-network-trees-file.apus", _word(TREES, _at(TREES, 12, 96), 0), MALFORMED, "does not begin with the mark"),
    ("apus-network-trees-words.apus", _word(TREES, _at(TREES, 12, 88), 2**60), MALFORMED, "words of a file"),
    ("apus-network-tensors.apus", _word(TABLE, _at(TABLE, 13, 0), 2**60), MALFORMED, "tensors are announced"),
    ("apus-network-tensor-type.apus", _word(TABLE, _at(TABLE, 13, 8), 15), MALFORMED, "15 is no type of elements"),
    ("apus-network-tensor-axes.apus", _word(TABLE, _at(TABLE, 13, 16), 9), MALFORMED, "the number of axes is 9"),
    ("apus-network-tensor-axis.apus", _word(TABLE, _at(TABLE, 13, 24), -1 & _MASK), MALFORMED, "the length of an axis is -1"),
    ("apus-network-tensor-huge.apus", _word(TABLE, _at(TABLE, 13, 24), 2**62), LIMIT, "more than 4 GiB"),
    ("apus-network-tensor-long.apus", _word(TABLE, _at(TABLE, 13, 24), 2**20), MALFORMED, "is announced, but the section has"),
    ("apus-network-tensor-texts.apus", _word(TABLE, _at(TABLE, 13, 8), 8), MALFORMED, "texts"),
    ("apus-network-padding.apus", _word(TABLE, _at(TABLE, 14, 15), 1, "<B"), MALFORMED, "padding is not zero"),
    ("apus-network-elements-flip.apus", _flip(TABLE, _at(TABLE, 14, 3)), MALFORMED, "checksum of section 14"),
]  # fmt: skip
