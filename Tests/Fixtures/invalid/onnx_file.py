"""ONNX files with one thing wrong: (file, bytes, status, words of the message)."""

import struct

from protobuf import field, fields, varint

INVALID, UNSUPPORTED, LIMIT = "APUS_INVALID_MODEL", "APUS_UNSUPPORTED", "APUS_LIMIT_EXCEEDED"
MALFORMED, TRUNCATED = "APUS_MALFORMED", "APUS_TRUNCATED"
FLOAT, UINT8, INT8, INT, TEXT, BOOL, FLOAT16 = 1, 2, 3, 7, 8, 9, 10


# ---- Parts of a file


def attribute(name, value):
    out = field(1, name)
    if isinstance(value, bytes):
        return out + value
    if isinstance(value, str):
        return out + field(4, value)
    if isinstance(value, float):
        return out + field(2, value)
    if isinstance(value, int):
        return out + field(3, value)
    number = 7 if value and isinstance(value[0], float) else 9 if value and isinstance(value[0], str) else 8
    return out + fields(number, value)


def node(operation, inputs, outputs, name="it", domain="", **attributes):
    out = fields(1, inputs) + fields(2, outputs) + field(3, name) + field(4, operation)
    out += fields(5, [attribute(key, value) for key, value in attributes.items()])
    return out + (field(7, domain) if domain else b"")


def tensor(name, kind, dims, data=b"", more=b""):
    return fields(1, dims) + field(2, kind) + field(8, name) + field(9, data) + more


def floats(name, dims, value=1.0):
    count = 1
    for length in dims:
        count *= length
    return tensor(name, FLOAT, dims, struct.pack("<f", value) * count)


def integers(name, *values, dims=None):
    return tensor(name, INT, [len(values)] if dims is None else dims, b"".join(struct.pack("<q", value) for value in values))


def value(name, kind=FLOAT, dims=None):
    shape = b"" if dims is None else field(2, b"".join(field(1, dimension(length)) for length in dims))
    return field(1, name) + field(2, field(1, field(1, kind) + shape))


def dimension(length):
    return field(2, length) if isinstance(length, str) else field(1, length)


def graph(nodes, inputs=(), outputs=("y",), constants=(), more=b""):
    out = fields(1, nodes) + field(2, "g") + fields(5, constants) + fields(11, inputs)
    return out + fields(12, [name if isinstance(name, bytes) else field(1, name) for name in outputs]) + more


def function(name, inputs, outputs, nodes, more=b""):
    out = field(1, name) + fields(4, inputs) + fields(5, outputs) + fields(7, nodes)
    return out + field(9, operators(23)) + field(10, "own") + more


def operators(version, domain=""):
    return (field(1, domain) if domain else b"") + field(2, version)


def model(body, functions=(), version=23):
    return field(1, 10) + field(2, "apus") + field(7, body) + field(8, operators(version)) + fields(25, functions)


X = value("x", FLOAT, [2, 3])
IDENTITY = node("Identity", ["x"], ["y"])


def lone(operation, inputs, constants=(), ports=(X,), outputs=("y",), **attributes):
    """A model of one node, which is called 'it'."""
    made = [name for name in outputs]
    return model(graph([node(operation, inputs, made, **attributes)], ports, ["y"], constants))


def chain(*nodes, constants=(), ports=(X,)):
    return model(graph(nodes, ports, ["y"], constants))


def nested(depth):
    """Branches inside of branches."""
    other = field(6, graph([IDENTITY], [], ["y"]))
    body = graph([IDENTITY], [], ["y"])
    for _ in range(depth):
        body = graph([node("If", ["c"], ["y"], then_branch=field(6, body), else_branch=other)], [], ["y"])
    return body


GOOD = model(graph([IDENTITY], [X]))
BROKEN = [
    ("no-graph", field(1, 10) + field(2, "apus"), INVALID, "holds no graph"),
    ("cut", GOOD[:-3], TRUNCATED, "in the middle of a value"),
    ("key-zero", field(1, 10) + b"\x12\x00\x00\x00", MALFORMED, "is no key of a field"),
    ("key-group", field(1, 10) + field(2, "") + b"\x3b", MALFORMED, "is no key of a field"),
    ("number-long", field(1, 10) + field(2, "") + b"\x28" + b"\xff" * 10 + b"\x01", MALFORMED, "more than ten bytes"),
    ("length-beyond", field(1, 10) + field(2, "") + b"\x3a\xff\xff\xff\xff\x0f", TRUNCATED, "in the middle of a value"),
    ("text-producer", field(1, 10) + field(2, b"caf\xe9") + field(7, graph([IDENTITY], [X])), MALFORMED, "a text is not UTF-8"),
    ("text-name", model(graph([IDENTITY], [value("x\udc80".encode("utf-8", "surrogateescape"))])), MALFORMED, "a text is not UTF-8"),
    ("version-old", model(graph([IDENTITY], [X]), version=6), UNSUPPORTED, "version 6 of ONNX's operators"),
    ("version-future", model(graph([IDENTITY], [X]), version=99), UNSUPPORTED, "version 99 of ONNX's operators"),
    ("version-none", field(1, 10) + field(7, graph([IDENTITY], [X])), UNSUPPORTED, "version 0 of ONNX's operators"),
    ("no-output", model(graph([IDENTITY], [X], [])), INVALID, "the graph has no output"),
    ("sparse", model(graph([IDENTITY], [X], more=field(15, b""))), UNSUPPORTED, "sparse initializers"),
]
NAMES = [
    ("cycle", chain(node("Add", ["x", "b"], ["a"], "first"), node("Neg", ["a"], ["b"], "second"), node("Neg", ["b"], ["y"])), INVALID, "the node 'first' (Add) reads 'b', which nothing before it makes"),
    ("cycle-self", lone("Add", ["x", "y"]), INVALID, "the node 'it' (Add) reads 'y', which nothing before it makes"),
    ("initializer-missing", lone("MatMul", ["x", "w"]), INVALID, "the node 'it' (MatMul) reads 'w', which nothing before it makes"),
    ("output-unmade", model(graph([IDENTITY], [X], ["z"])), INVALID, "the output 'z' is made by no node"),
    ("value-twice", chain(IDENTITY, node("Neg", ["x"], ["y"], "again")), INVALID, "the value 'y' is made twice"),
    ("initializer-twice", lone("Neg", ["x"], [floats("w", [1]), floats("w", [1])]), INVALID, "the value 'w' is made twice"),
    ("input-twice", lone("Neg", ["x"], ports=(X, X)), INVALID, "the value 'x' is made twice"),
    ("initializer-nameless", lone("Neg", ["x"], [floats("", [1])]), INVALID, "a value has no name"),
    ("attribute-nameless", model(graph([node("Neg", ["x"], ["y"]) + field(5, field(3, 1))], [X])), INVALID, "an attribute has no name"),
    ("attribute-graphs", lone("Neg", ["x"], many=field(11, b"")), UNSUPPORTED, "the attribute 'many' of the node 'it'"),
    ("attributes-many", lone("Neg", ["x"], **{f"a{index}": 1 for index in range(129)}), LIMIT, "the node 'it' has more than 128 attributes"),
    ("operator-unknown", lone("Own", ["x"]), UNSUPPORTED, "the operator 'Own' of the node 'it'"),
    ("operator-domain", lone("Neg", ["x"], domain="com.microsoft"), UNSUPPORTED, "the operator 'com.microsoft.Neg' of the node 'it'"),
]
TENSORS = [
    ("dims-huge", [tensor("w", FLOAT, [1 << 62])], LIMIT, "the tensor 'w' has more than 8 axes or 4 GiB"),
    ("dims-overflow", [tensor("w", FLOAT, [1 << 40, 1 << 40])], LIMIT, "the tensor 'w' has more than 8 axes or 4 GiB"),
    ("dims-wrap", [tensor("w", UINT8, [1 << 32, 1 << 32])], LIMIT, "the tensor 'w' has more than 8 axes or 4 GiB"),
    ("dims-negative", [tensor("w", FLOAT, [-2])], INVALID, "the tensor 'w' has an axis of length -2"),
    ("dims-many", [tensor("w", FLOAT, [1] * 9, bytes(4))], LIMIT, "the tensor 'w' has more than 8 axes or 4 GiB"),
    ("dims-fixed", [varint(1 << 3 | 5) + bytes(4) + field(2, FLOAT) + field(8, "w")], MALFORMED, "'dims' has the wire type 5"),
    ("element-none", [tensor("w", 0, [1], bytes(4))], INVALID, "the tensor 'w' has no type"),
    ("element-text", [tensor("w", TEXT, [1])], INVALID, "the tensor 'w' has 0 elements, its dims say 1"),
    ("element-complex", [tensor("w", 14, [1], bytes(8))], UNSUPPORTED, "the tensor 'w' has a complex type"),
    ("element-float8", [tensor("w", 17, [1], bytes(1))], UNSUPPORTED, "the tensor 'w' has an 8-bit float type"),
    ("element-int4", [tensor("w", 22, [2], bytes(1))], UNSUPPORTED, "the tensor 'w' has a type of less than 8 bits"),
    ("element-float4", [tensor("w", 23, [2], bytes(1))], UNSUPPORTED, "the tensor 'w' has the type float4e2m1"),
    ("element-unknown", [tensor("w", 99, [1], bytes(4))], UNSUPPORTED, "the tensor 'w' has the unknown type 99"),
    ("texts", [fields(1, [1]) + field(2, FLOAT) + field(6, "a") + field(8, "w")], INVALID, "the tensor 'w' has 0 elements, its dims say 1"),
    ("external", [fields(1, [1]) + field(2, FLOAT) + field(8, "w") + field(13, field(1, "location") + field(2, "../../../etc/passwd")) + field(14, 1)], INVALID, "only files in the model's folder are read"),
    ("raw-short", [tensor("w", FLOAT, [3], bytes(11))], INVALID, "the tensor 'w' has 2 elements, its dims say 3"),
    ("raw-long", [tensor("w", FLOAT, [1], bytes(8))], INVALID, "the tensor 'w' has 2 elements, its dims say 1"),
    ("floats-few", [fields(1, [3]) + field(2, FLOAT) + field(4, struct.pack("<2f", 1, 2)) + field(8, "w")], INVALID, "the tensor 'w' has 2 elements, its dims say 3"),
    ("floats-cut", [fields(1, [1]) + field(2, FLOAT) + field(4, bytes(5)) + field(8, "w")], TRUNCATED, "in the middle of a value"),
    ("doubles-single", [fields(1, [2]) + field(2, 11) + varint(10 << 3 | 1) + bytes(8) + field(8, "w")], INVALID, "the tensor 'w' has 1 elements, its dims say 2"),
    ("doubles-few", [fields(1, [2]) + field(2, 11) + field(10, bytes(8)) + field(8, "w")], INVALID, "the tensor 'w' has 1 elements, its dims say 2"),
    ("integers-many", [fields(1, [1]) + field(2, INT) + field(7, b"\x01\x02") + field(8, "w")], INVALID, "the tensor 'w' has 2 elements, its dims say 1"),
    ("integers-none", [fields(1, [1]) + field(2, INT) + field(8, "w")], INVALID, "the tensor 'w' has 0 elements, its dims say 1"),
]
PORTS = [
    ("input-negative", value("x", FLOAT, [2, -5]), INVALID, "'x' has an axis of length -5"),
    ("input-huge", value("x", FLOAT, [1 << 62]), LIMIT, "the input 'x' has more than 8 axes or 4 GiB"),
    ("input-overflow", value("x", FLOAT, [1 << 33, 1 << 33]), LIMIT, "the input 'x' has more than 8 axes or 4 GiB"),
    ("input-ranks", value("x", FLOAT, [1] * 9), LIMIT, "the input 'x' has more than 8 axes or 4 GiB"),
    ("input-text", value("x", TEXT, [1]), UNSUPPORTED, "it is not defined for text"),
    ("input-untyped", field(1, "x"), INVALID, "the input 'x' has no type"),
    ("input-sequence", field(1, "x") + field(2, field(4, b"")), UNSUPPORTED, "the input 'x' is a sequence"),
]


def doubling(depth, inside=b""):
    """Functions that each call the next one twice; the last holds `inside`, or a few nodes."""

    def calls(number):
        name = "F" * (number + 1)
        return [node(name, ["a"], ["b"], domain="own"), node(name, ["b"], ["c"], domain="own")]

    nodes = [inside] if inside else [node("Neg", ["a"], [f"v{index}"]) for index in range(30)]
    last = function("F" * depth, ["a"], ["c"], [node("Neg", ["a"], ["c"]), *nodes])
    return [function("F" * number, ["a"], ["c"], calls(number)) for number in range(1, depth)] + [last]


CALL = node("F", ["x"], ["y"], domain="own")
TWO = node("F", ["x"], ["y", "x"], domain="own")
FUNCTIONS = [
    ("function-endless", [function("F", ["a"], ["b"], [node("F", ["a"], ["b"], domain="own")])], LIMIT, "nested more than 16 deep"),
    ("function-mutual", [function("F", ["a"], ["b"], [node("G", ["a"], ["b"], domain="own")]), function("G", ["a"], ["b"], [node("F", ["a"], ["b"], domain="own")])], LIMIT, "nested more than 16 deep"),
    ("function-doubling", doubling(16), LIMIT, "the graph has more than 131072 nodes"),
    ("function-names", doubling(16, node("Split", ["a"], [f"v{index}" for index in range(100)])), LIMIT, "functions and graphs repeat more than 1048576 names"),
    ("function-value-twice", [function("F", ["a"], ["b", "c"], [node("Neg", ["a"], ["b"]), node("Abs", ["a"], ["c"])])], INVALID, "the value 'x' is made twice"),
    ("function-twice", [function("F", ["a"], ["a"], []), function("F", ["a"], ["a"], [])], INVALID, "the function 'F' is defined twice"),
    ("function-inputs", [function("F", [], ["b"], [node("Constant", [], ["b"], value_int=1)])], INVALID, "the node 'it' has more inputs or outputs than its function"),
    ("function-output", [function("F", ["a"], ["b"], [])], INVALID, "the output 'b' is made by no node"),
    ("function-outer", [function("F", ["a"], ["b"], [node("Neg", ["x"], ["b"], "inside")])], INVALID, "the node 'inside' (Neg) reads 'x', which nothing before it makes"),
    ("function-defaults", [function("F", ["a"], ["a"], [], fields(11, [attribute(f"d{index}", 1) for index in range(129)]))], LIMIT, "the function 'F' has more than 128 attributes"),
]


def loop(trips, nodes, condition="go", more=(), states=("s",)):
    body = graph(nodes, [value("i", INT), value("go", BOOL), *[field(1, name) for name in states]], [condition, "t", *more])
    return {"inputs": ["trips", "", "x"], "constants": [integers("trips", trips, dims=[])], "body": field(6, body)}


CONDITION = value("c", BOOL, [])
PAIR = graph([node("Concat", ["x", "x"], ["p"], axis=0)], [], ["p"])
LINES = value("x", FLOAT, [1, 4])
PLANES = value("x", FLOAT, [1, 2, 4, 4])
SIGNAL = value("x", FLOAT, [5, 1, 3])
HEADS = value("x", FLOAT, [1, 3, 8])
NODES = [
    ("input-none", lone("Add", ["x"]), INVALID, "it has no input 1"),
    ("types", lone("Add", ["x", "n"], [integers("n", 1)]), INVALID, "its inputs are of different types, float and int64"),
    ("type-not-defined", lone("Not", ["x"]), INVALID, "it is not defined for float"),
    ("broadcast", lone("Add", ["x", "w"], [floats("w", [4])]), INVALID, "the shapes [2, 3] and [4] do not fit each other"),
    ("output-extra", lone("Relu", ["x"], outputs=("y", "z")), UNSUPPORTED, "it has an output that Apus does not compute"),
    ("matmul", lone("MatMul", ["x", "w"], [floats("w", [4, 2])]), INVALID, "the shapes [2, 3] and [4, 2] do not fit each other"),
    ("matmul-scalar", lone("MatMul", ["x", "w"], [floats("w", [])]), INVALID, "its input has no axis"),
    ("gemm-axes", lone("Gemm", ["x", "w"], [floats("w", [3])]), INVALID, "its inputs have 2 and 1 axes and not 2"),
    ("gemm", lone("Gemm", ["x", "w"], [floats("w", [2, 3])]), INVALID, "the shapes [2, 3] and [2, 3] do not fit each other"),
    ("gemm-bias", lone("Gemm", ["x", "w", "b"], [floats("w", [3, 2]), floats("b", [5])]), INVALID, "the shapes [5] and [2, 2] do not fit each other"),
    ("einsum-terms", lone("Einsum", ["x"], equation="ij,jk"), INVALID, "its equation has 2 terms for 1 inputs"),
    ("einsum-dots", lone("Einsum", ["x"], equation="..ij"), INVALID, "its equation has a term with 2 dots"),
    ("einsum-axes", lone("Einsum", ["x"], equation="ijk->k"), INVALID, "its equation names 3 axes of 2"),
    ("einsum-result", lone("Einsum", ["x"], equation="ij->k"), INVALID, "its result has an axis that no input has"),
    ("einsum-lengths", lone("Einsum", ["x"], equation="ii"), INVALID, "its axes of one name have the lengths 2 and 3"),
    ("einsum-inputs", lone("Einsum", ["x"] * 4, equation="a,a,a,a"), INVALID, "it has 4 inputs: up to 3"),
    ("reshape", lone("Reshape", ["x", "s"], [integers("s", 5, -1)]), INVALID, "6 elements do not fit the shape [5, -1]"),
    ("reshape-long", lone("Reshape", ["x", "s"], [integers("s", *[2] * 40)]), INVALID, "6 elements do not fit the shape [2, 2, 2, 2, 2, 2, 2, 2, 2, ...]"),
    ("reshape-zero", lone("Reshape", ["x", "s"], [integers("s", 6, 1, 0)]), INVALID, "it keeps the length of an axis 2 that is not there"),
    ("concat", lone("Concat", ["x", "w"], [floats("w", [2, 3, 1])], axis=0), INVALID, "do not fit each other"),
    ("concat-axis", lone("Concat", ["x", "x"], axis=2), INVALID, "the axis 2 is none of 2 axes"),
    ("split", lone("Split", ["x", "s"], [integers("s", 1, 1)], axis=1), INVALID, "its parts do not make up the length 3"),
    ("slice-step", lone("Slice", ["x", "a", "b", "c", "d"], [integers("a", 0), integers("b", 1), integers("c", 0), integers("d", 0)]), INVALID, "its step is 0"),
    ("slice-lists", lone("Slice", ["x", "a", "b"], [integers("a", 0), integers("b", 1, 2)]), INVALID, "of different number"),
    ("slice-axes", lone("Slice", ["x", "a", "a", "c"], [integers("a", 0, 0), integers("c", 1, -1)]), INVALID, "is named twice"),
    ("pad-cut", lone("Pad", ["x", "p"], [integers("p", -2, 0, -1, 0)]), INVALID, "it cuts more than there is"),
    ("pad-lists", lone("Pad", ["x", "p"], [integers("p", 1, 1)]), INVALID, "it has 2 pads for 2 axes"),
    ("pad-long", lone("Pad", ["x", "p"], [integers("p", 1 << 62, 0, 0, 0)]), INVALID, "its pads are too long"),
    ("pad-mode", lone("Pad", ["x", "p"], [integers("p", 1, 0, 0, 0)], mode="mirror"), INVALID, "there is no mode 'mirror'"),
    ("pad-values", lone("Pad", ["x", "p", "v"], [integers("p", 1, 0, 0, 0), floats("v", [2])]), INVALID, "it pads with 2 values"),
    ("pad-none", lone("Pad", ["x", "p", "v"], [integers("p", 1, 0, 0, 0), floats("v", [0])]), INVALID, "it pads with 0 values"),
    ("squeeze", lone("Squeeze", ["x", "a"], [integers("a", 0)]), INVALID, "the axis 0 has the length 2 and not 1"),
    ("unsqueeze-twice", lone("Unsqueeze", ["x", "a"], [integers("a", 0, 0)]), INVALID, "the axis 0 is named twice"),
    ("unsqueeze-many", lone("Unsqueeze", ["x", "a"], [integers("a", *range(9))]), INVALID, "it names 9 axes"),
    ("transpose", lone("Transpose", ["x"], perm=[0]), INVALID, "it orders 1 axes of 2"),
    ("expand", lone("Expand", ["x", "s"], [integers("s", 2, 4)]), INVALID, "the shapes [2, 3] and [2, 4] do not fit each other"),
    ("expand-huge", lone("Expand", ["x", "s"], [integers("s", 1 << 40, 2, 3)]), LIMIT, "its result has more than 8 axes or 4 GiB"),
    ("tile", lone("Tile", ["x", "r"], [integers("r", 1, -1)]), INVALID, "it repeats 2 axes of 2"),
    ("tile-huge", lone("Tile", ["x", "r"], [integers("r", 1 << 29, 1 << 29)]), LIMIT, "its result has more than 8 axes or 4 GiB"),
    ("flatten", lone("Flatten", ["x"], axis=3), INVALID, "the axis 3 is none of 2 axes"),
    ("depth-to-space", lone("DepthToSpace", ["x"], ports=(PLANES,), blocksize=2), INVALID, "2 channels are no blocks of 2 x 2"),
    ("space-to-depth", lone("SpaceToDepth", ["x"], ports=(PLANES,), blocksize=3), INVALID, "its planes are no blocks of 3"),
    ("range", lone("Range", ["a", "a", "b"], [integers("a", 1, dims=[]), integers("b", 0, dims=[])], ports=()), INVALID, "it has no length"),
    ("eye", lone("EyeLike", ["x"], ports=(SIGNAL,)), INVALID, "its input has 3 axes and not 2"),
    ("constant-of-shape", lone("ConstantOfShape", ["s"], [integers("s", 1 << 40)], ports=()), LIMIT, "its result has more than 8 axes or 4 GiB"),
    ("cast", lone("Cast", ["x"], to=8), UNSUPPORTED, "it makes text of float: of integers it can be made"),
    ("gather-index", lone("Gather", ["x", "i"], [integers("i", 2)]), INVALID, "it picks element 2 of an axis of length 2"),
    ("gather-axis", lone("Gather", ["x", "i"], [integers("i", 0)], axis=-3), INVALID, "the axis -3 is none of 2 axes"),
    ("gather-real", lone("Gather", ["x", "x"]), INVALID, "its indices are float"),
    ("gather-empty", lone("Gather", ["w", "i"], [floats("w", [0])], ports=(value("i", INT, [1]),)), INVALID, "it picks from an axis of length 0"),
    ("gather-elements", lone("GatherElements", ["x", "i"], [integers("i", 0, 0, 0, dims=[3, 1])], axis=1), INVALID, "the shapes [2, 3] and [3, 1] do not fit each other"),
    ("gather-nd", lone("GatherND", ["x", "i"], [integers("i", 0, 0, 0)]), INVALID, "the shapes [2, 3] and [3] do not fit each other"),
    ("scatter", lone("ScatterElements", ["x", "i", "x"], [integers("i", 0)]), INVALID, "the shapes [2, 3] and [1] do not fit each other"),
    ("scatter-nd", lone("ScatterND", ["x", "i", "x"], [integers("i", 0)]), INVALID, "do not fit each other"),
    ("scatter-reduction", lone("ScatterND", ["x", "i", "w"], [integers("i", 0), floats("w", [3])], reduction="xor"), INVALID, "there is no reduction 'xor'"),
    ("one-hot", lone("OneHot", ["i", "d", "w"], [integers("d", 3), floats("w", [3])], ports=(value("i", INT, [1]),)), INVALID, "it needs a depth and two values"),
    ("reverse", lone("ReverseSequence", ["x", "l"], [integers("l", 1)]), INVALID, "it needs a length for each batch"),
    ("top-k", lone("TopK", ["x", "k"], [integers("k", 4)]), INVALID, "it picks 4 of 3 elements"),
    ("reduce-axis", lone("ReduceSum", ["x", "a"], [integers("a", 5)]), INVALID, "the axis 5 is none of 2 axes"),
    ("arg-max", lone("ArgMax", ["w"], [floats("w", [0])], ports=()), INVALID, "the axis 0 has the length 0"),
    ("softmax", lone("Softmax", ["n"], [integers("n", 1)], ports=()), INVALID, "it is not defined for int64"),
    ("trilu", lone("Trilu", ["w"], [floats("w", [3])], ports=()), INVALID, "its input has 1 axes"),
    ("dropout", lone("Dropout", ["x", "", "t"], [tensor("t", BOOL, [], b"\1")]), UNSUPPORTED, "it drops values at random"),
    ("where", lone("Where", ["x", "x", "x"]), INVALID, "its condition is not bool"),
    ("batch-norm", lone("BatchNormalization", ["x", "w", "w", "w", "w"], [floats("w", [2])]), INVALID, "its input 4 has the shape [2] for 3 channels"),
    ("batch-norm-training", lone("BatchNormalization", ["x", "w", "w", "w", "w"], [floats("w", [3])], training_mode=1), UNSUPPORTED, "as in training"),
    ("group-norm", lone("GroupNormalization", ["x", "w", "w"], [floats("w", [2])], ports=(PLANES,), num_groups=3), INVALID, "3 groups do not fit the shape [1, 2, 4, 4]"),
    ("conv-channels", lone("Conv", ["x", "w"], [floats("w", [1, 3, 2, 2])], ports=(PLANES,)), INVALID, "2 channels in 1 groups do not fit weights of the shape [1, 3, 2, 2]"),
    ("conv-groups", lone("Conv", ["x", "w"], [floats("w", [1, 2, 2, 2])], ports=(PLANES,), group=1 << 62), INVALID, "do not fit weights"),
    ("conv-window", lone("Conv", ["x", "w"], [floats("w", [1, 2, 5, 1])], ports=(PLANES,)), INVALID, "its window is larger than its input"),
    ("conv-stride", lone("Conv", ["x", "w"], [floats("w", [1, 2, 1, 1])], ports=(PLANES,), strides=[0, 1]), INVALID, "its window is empty, or too large"),
    ("conv-pads", lone("Conv", ["x", "w"], [floats("w", [1, 2, 1, 1])], ports=(PLANES,), pads=[1, 1, 1]), INVALID, "its strides, dilations or pads are not for 2 axes"),
    ("conv-bias", lone("Conv", ["x", "w", "b"], [floats("w", [1, 2, 1, 1]), floats("b", [3])], ports=(PLANES,)), INVALID, "its bias has the shape [3]"),
    ("conv-transpose", lone("ConvTranspose", ["x", "w"], [floats("w", [2, 1, 2, 2])], ports=(PLANES,), output_shape=[-(1 << 63), 1]), INVALID, "its output would have -9223372036854775808 places"),
    ("conv-transpose-pads", lone("ConvTranspose", ["x", "w"], [floats("w", [2, 1, 1, 1])], ports=(PLANES,), pads=[4, 0, 4, 0]), INVALID, "its output would be empty"),
    ("pool-window", lone("MaxPool", ["x"], ports=(value("x", FLOAT, [1, 1, 1, 1, 1]),), kernel_shape=[1 << 24] * 3, pads=[1 << 24] * 6), INVALID, "its window is too large"),
    ("pool-work", lone("MaxPool", ["x"], ports=(value("x", FLOAT, [1, 1, 1, 1]),), kernel_shape=[1 << 14] * 2, pads=[1 << 14] * 4), LIMIT, "with it a run takes more than 2^40 operations"),
    ("pool-axes", lone("AveragePool", ["x"], kernel_shape=[1]), INVALID, "its input has 2 axes"),
    ("lstm", lone("LSTM", ["x", "w", "r"], [floats("w", [1, 8, 4]), floats("r", [1, 8, 2])], ports=(SIGNAL,)), INVALID, "its weights have the shapes [1, 8, 4] and [1, 8, 2]"),
    ("lstm-bias", lone("LSTM", ["x", "w", "r", "b"], [floats("w", [1, 8, 3]), floats("r", [1, 8, 2]), floats("b", [1, 8])], ports=(SIGNAL,)), INVALID, "its input 3 has the shape [1, 8] and not [1, 16]"),
    ("lstm-activation", lone("LSTM", ["x", "w", "r"], [floats("w", [1, 8, 3]), floats("r", [1, 8, 2])], ports=(SIGNAL,), activations=["Sigmoid", "Affine", "Tanh"]), UNSUPPORTED, "the activation 'Affine' is not supported"),
    ("gru-activations", lone("GRU", ["x", "w", "r"], [floats("w", [1, 6, 3]), floats("r", [1, 6, 2])], ports=(SIGNAL,), activations=["Tanh"]), INVALID, "it has 1 activations and not 2"),
    ("attention-heads", lone("Attention", ["x", "x", "x"], ports=(HEADS,), q_num_heads=3, kv_num_heads=3), INVALID, "3 heads do not fit the shape [1, 3, 8]"),
    ("attention-shared", lone("Attention", ["x", "x", "x"], ports=(HEADS,), q_num_heads=4, kv_num_heads=8), INVALID, "4 heads of queries do not share 8"),
    ("attention-mask", lone("Attention", ["x", "x", "x", "m"], ports=(HEADS, value("m", FLOAT, [])), q_num_heads=2, kv_num_heads=2), INVALID, "its mask has 0 axes"),
    ("attention-mask-axes", lone("Attention", ["x", "x", "x", "m"], ports=(HEADS, value("m", FLOAT, [2, 1, 1, 3, 3])), q_num_heads=2, kv_num_heads=2), INVALID, "its mask has 5 axes"),
    ("rotary", lone("RotaryEmbedding", ["x", "w", "w"], [floats("w", [1, 3, 3])], ports=(HEADS,), num_heads=2), INVALID, "its cache has the shape [1, 3, 3]"),
    ("quantize-scale", lone("QuantizeLinear", ["x", "s"], [floats("s", [4])], axis=1), INVALID, "do not fit each other"),
    ("quantize-zero", lone("QuantizeLinear", ["x", "s", "z"], [floats("s", [3]), tensor("z", INT8, [2], bytes(2))], axis=1), INVALID, "its zero has the shape [1, 2]"),
    ("quantize-zero-axes", lone("QuantizeLinear", ["x", "s", "z"], [floats("s", [3]), tensor("z", INT8, [5, 2, 3], bytes(30))], axis=1), INVALID, "its zero has the shape [5, 2, 3]"),
    ("quantize-real", lone("QuantizeLinear", ["x", "s", "z"], [floats("s", []), floats("z", [])]), INVALID, "it makes float"),
    ("dequantize-blocks", lone("DequantizeLinear", ["q", "s"], [tensor("q", INT8, [3], bytes(3)), floats("s", [2])], ports=(), axis=0, block_size=2), INVALID, "an axis of length 3 has no blocks of 2"),
    ("if-branch", lone("If", ["c"], ports=(CONDITION, X), then_branch=field(6, graph([IDENTITY]))), INVALID, "its branches do not fit"),
    ("if-shapes", lone("If", ["c"], ports=(CONDITION, X), then_branch=field(6, graph([node("Neg", ["x"], ["n"])], [], ["n"])), else_branch=field(6, PAIR)), UNSUPPORTED, "its branches give different shapes"),
    ("graphs-deep", model(graph([node("If", ["c"], ["y"], then_branch=field(6, nested(17)), else_branch=field(6, nested(0)))], [CONDITION, X])), LIMIT, "nested more than 16 deep"),
    ("loop-body", lone("Loop", ["", "", "x"], body=field(6, graph([IDENTITY]))), INVALID, "its body does not fit"),
    ("loop-endless", lone("Loop", **loop(1 << 62, [node("Neg", ["s"], ["t"], "turn")])), LIMIT, "unrolls to more than"),
    ("loop-empty", lone("Loop", **loop(1 << 62, [node("Identity", ["s"], ["t"])])), LIMIT, "unroll"),
    ("work-folded", chain(node("ConstantOfShape", ["s"], ["w"], "large"), node("MatMul", ["w", "w"], ["v"], "long"), node("Add", ["v", "x"], ["y"]), constants=[integers("s", 3000, 3000)], ports=(value("x", FLOAT, [1]),)), LIMIT, "the node 'long': what is computed from constants takes too many operations"),
    ("memory-folded", chain(node("ConstantOfShape", ["s"], ["a"], "large"), node("Neg", ["a"], ["y"], "larger"), constants=[integers("s", 6000, 6000)], ports=()), LIMIT, "the node 'larger': what is computed from constants takes too"),
    ("work-run", chain(node("Expand", ["x", "s"], ["w"], "large"), node("MatMul", ["w", "w"], ["y"], "long"), constants=[integers("s", 16384, 16384)], ports=(value("x", FLOAT, [1]),)), LIMIT, "the node 'long': with it a run takes more than 2^40 operations"),
    ("memory-run", chain(node("Expand", ["x", "s"], ["w"], "large"), node("Neg", ["w"], ["y"], "again"), constants=[integers("s", 1 << 27)], ports=(value("x", FLOAT, [1]),)), LIMIT, "the values of a run take"),
    ("integers", chain(node("ConstantOfShape", ["s"], ["w"], "large"), node("Cast", ["w"], ["i"], to=INT), node("Reshape", ["x", "i"], ["y"], "odd"), constants=[integers("s", 100000)]), LIMIT, "the node 'odd': its input 1 has 100000 numbers to decide about shapes"),
]  # fmt: skip

PARTS = (
    BROKEN
    + NAMES
    + [(name, lone("Neg", ["x"], constants), status, words) for name, constants, status, words in TENSORS]
    + [(name, lone("Neg", ["x"], ports=(port,)), status, words) for name, port, status, words in PORTS]
    + [
        (name, model(graph([TWO if name == "function-value-twice" else CALL], [X]), functions), status, words)
        for name, functions, status, words in FUNCTIONS
    ]
    + NODES
)
ENTRIES = [(f"onnx-{name}.onnx", content, status, words) for name, content, status, words in PARTS]
