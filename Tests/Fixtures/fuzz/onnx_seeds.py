"""Make fuzz/onnx: small files from which the fuzzer of ONNX begins. Each holds operators of one kind.

    python onnx_seeds.py

Needs onnx and NumPy. What a fuzzer found lies beside them under names of its own.
"""

from pathlib import Path

import numpy as np
from onnx import AttributeProto, TensorProto, helper, numpy_helper

FOLDER = Path(__file__).parent / "onnx"
FLOAT, DOUBLE, INT, INT32, BOOL = (
    TensorProto.FLOAT,
    TensorProto.DOUBLE,
    TensorProto.INT64,
    TensorProto.INT32,
    TensorProto.BOOL,
)
TEXT, TRAINED = TensorProto.STRING, "ai.onnx.ml"
RANDOM = np.random.default_rng(1)


def weights(*shape, kind=np.float32):
    return RANDOM.integers(-8, 9, shape).astype(kind) / kind(4)


class Graph:
    """Nodes in order; an array among the inputs becomes an initializer."""

    def __init__(self, *inputs, version=23):
        self.inputs = [helper.make_tensor_value_info(*value) for value in inputs]
        self.nodes, self.constants, self.outputs, self.functions = [], [], [], []
        self.version, self.trained = version, 3
        self.notes = {}
        self.count = 0

    def constant(self, array):
        self.count += 1
        self.constants.append(numpy_helper.from_array(np.asarray(array), f"c{self.count}"))
        return f"c{self.count}"

    def add(self, operation, *inputs, outputs=1, **attributes):
        names = [value if isinstance(value, str) else self.constant(value) for value in inputs]
        self.count += 1
        made = [f"v{self.count}{'abcdefgh'[index]}" for index in range(outputs)]
        self.nodes.append(helper.make_node(operation, names, made, **attributes))
        return made[0] if outputs == 1 else made

    def learn(self, operation, *inputs, outputs=1, **attributes):
        """An operator of trained models."""
        return self.add(operation, *inputs, outputs=outputs, domain=TRAINED, **attributes)

    def give(self, *names):
        self.outputs += [helper.make_empty_tensor_value_info(name) for name in names]
        return self

    def bytes(self):
        graph = helper.make_graph(self.nodes, "g", self.inputs, self.outputs, self.constants)
        sets = [helper.make_opsetid("", self.version)] + ([helper.make_opsetid("own", 1)] if self.functions else [])
        if any(node.domain == TRAINED for node in self.nodes):
            sets.append(helper.make_opsetid(TRAINED, self.trained))
        model = helper.make_model(
            graph, opset_imports=sets, functions=self.functions, ir_version=10, producer_name="seeds"
        )
        if self.notes:
            helper.set_model_props(model, self.notes)
            model.producer_version = "2.5.1+cu121"
        return model.SerializeToString()


def dense():
    g = Graph(("x", FLOAT, ["batch", 5]))
    hidden = g.add("Relu", g.add("Gemm", "x", weights(5, 17), weights(17), alpha=0.5))
    hidden = g.add("Tanh", g.add("Add", g.add("MatMul", hidden, weights(17, 3)), weights(3)))
    return g.give(g.add("Sigmoid", g.add("Gemm", hidden, weights(2, 3), weights(2), transB=1)))


def unary():
    g = Graph(("x", FLOAT, [2, 3]), ("n", INT, [4]))
    names = "Abs Acos Acosh Asin Asinh Atan Atanh Ceil Celu Cos Cosh Elu Erf Exp Floor Gelu HardSigmoid HardSwish"
    names += " LeakyRelu Log Mish Neg Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Sqrt"
    names += " Swish Tan Tanh ThresholdedRelu"
    g.version = 24
    results = [g.add(name, "x") for name in names.split()] + [g.add("Gelu", "x", approximate="tanh")]
    odd = g.add("Or", g.add("IsNaN", results[10]), g.add("IsInf", results[23], detect_negative=0))
    integers = [g.add(name, "n") for name in ("Abs", "Neg", "Sign", "BitwiseNot")]
    return g.give(g.add("Concat", *results, axis=0), g.add("Not", odd), g.add("Sum", *integers))


def binary():
    g = Graph(("x", FLOAT, [2, 1, 3]), ("y", FLOAT, [4, 1]), ("n", INT, [3]), ("u", TensorProto.UINT8, [3]))
    real = [g.add(name, "x", "y") for name in ("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Mean", "PRelu")]
    real.append(g.add("Mod", "x", "y", fmod=1))
    whole = [g.add(name, "n", np.array([3, 0, -2])) for name in ("Add", "Sub", "Mul", "Div", "Mod", "Pow", "Max")]
    bits = [g.add(name, "u", np.array([7], np.uint8)) for name in ("BitwiseAnd", "BitwiseOr", "BitwiseXor")]
    bits += [g.add("BitShift", "u", np.array([1], np.uint8), direction=way) for way in ("LEFT", "RIGHT")]
    return g.give(g.add("Concat", *real, axis=1), g.add("Concat", *whole, axis=0), g.add("Concat", *bits, axis=0))


def logic():
    g = Graph(("x", FLOAT, ["n", 3]), ("b", BOOL, [3]))
    zero = np.float32(0)
    tests = [g.add(name, "x", zero) for name in ("Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal")]
    both = g.add("Xor", g.add("And", tests[0], "b"), g.add("Or", tests[3], g.add("Not", "b")))
    return g.give(g.add("Where", both, "x", zero), g.add("Concat", *tests, axis=0))


def reductions():
    g = Graph(("x", FLOAT, [2, 3, 4]), ("n", INT, [2, 3]))
    names = "L1 L2 LogSum LogSumExp Max Mean Min Prod Sum SumSquare".split()
    real = [g.add(f"Reduce{name}", "x", np.array([1]), keepdims=0) for name in names]
    whole = [g.add(f"Reduce{name}", "n", np.array([-1])) for name in ("Max", "Sum", "Prod", "Mean", "L2")]
    places = [g.add("ArgMax", "x", axis=2), g.add("ArgMin", "x", axis=0, keepdims=0, select_last_index=1)]
    sums = g.add("CumSum", g.add("CumProd", "x", np.array(1), exclusive=1), np.array(-1), reverse=1)
    return g.give(g.add("Concat", *real, axis=0), g.add("Concat", *whole, axis=1), *places, sums)


def shapes():
    g = Graph(("x", FLOAT, ["n", 4, 2, 2]))
    shape = g.add("Shape", "x", start=0, end=1)
    flat = g.add("Reshape", "x", g.add("Concat", shape, np.array([-1]), axis=0))
    first, second = g.add("Split", flat, np.array([10, 6]), outputs=2, axis=1)
    part = g.add("Slice", first, np.array([9]), np.array([-11]), np.array([1]), np.array([-2]))
    wide = g.add("Tile", g.add("Expand", g.add("Unsqueeze", part, np.array([1])), np.array([1, 2, 1])), np.array([1, 1, 2]))
    turned = g.add("Transpose", wide, perm=[2, 0, 1])
    pads = [
        g.add("Pad", second, np.array([0, 2, 0, -1]), *rest, mode=mode)
        for mode, rest in (("constant", [np.float32(7)]), ("edge", []), ("reflect", []), ("wrap", []))
    ]
    blocks = g.add("SpaceToDepth", g.add("DepthToSpace", "x", blocksize=2, mode="CRD"), blocksize=2)
    squeezed = g.add("Squeeze", g.add("Flatten", blocks, axis=0), np.array([0]))
    return g.give(turned, squeezed, g.add("Size", "x"), *pads)


def gathers():
    g = Graph(("x", FLOAT, [3, 4]), ("i", INT, [2, 2]), ("l", INT, [4]))
    picked = g.add("Gather", "x", "i", axis=1)
    elements = g.add("GatherElements", "x", "i", axis=0)
    blocks = g.add("GatherND", "x", "i")
    scattered = g.add("ScatterElements", "x", "i", elements, axis=1, reduction="add")
    written = g.add("ScatterND", scattered, np.array([[1], [-1]]), weights(2, 4), reduction="max")
    hot = g.add("OneHot", "i", np.array(5), weights(2), axis=0)
    turned = g.add("ReverseSequence", "x", "l", batch_axis=1, time_axis=0)
    return g.give(picked, blocks, written, hot, turned)


def selection():
    g = Graph(("x", FLOAT, [3, 5]))
    best, places = g.add("TopK", "x", np.array([2]), outputs=2, largest=0)
    shares = [g.add(name, "x", axis=1) for name in ("Softmax", "LogSoftmax", "Hardmax")]
    cut = g.add("Clip", "x", np.float32(-1), np.float32(2))
    half = g.add("Cast", g.add("Cast", cut, to=TensorProto.FLOAT16), to=TensorProto.INT8)
    like = g.add("CastLike", half, np.float64([1]))
    kept, mask = g.add("Dropout", like, outputs=2)
    triangle = g.add("Trilu", "x", np.array(1), upper=0)
    return g.give(best, places, *shares, kept, mask, triangle)


def made():
    g = Graph(("x", FLOAT, [2, 2]))
    g.nodes.append(helper.make_node("Constant", [], ["a"], value_floats=[1.0, 2.0]))
    g.nodes.append(helper.make_node("Constant", [], ["b"], value_int=3))
    g.nodes.append(helper.make_node("Constant", [], ["d"], value=numpy_helper.from_array(weights(2, 2))))
    filled = g.add("ConstantOfShape", np.array([2, 2]), value=numpy_helper.from_array(np.array([2], np.float32)))
    numbers = g.add("Range", np.array(0), "b", np.array(1))
    ones = g.add("EyeLike", "x", k=1)
    return g.give(g.add("Sum", "x", "a", "d", filled, ones), numbers)


def recurrent():
    g = Graph(("x", FLOAT, ["t", 2, 3]), ("l", INT32, [2]))
    states = weights(1, 2, 4)
    lstm = g.add("LSTM", "x", weights(1, 16, 3), weights(1, 16, 4), weights(1, 32), "l", states, states, weights(1, 12), outputs=3, hidden_size=4)
    gru = g.add("GRU", "x", weights(2, 12, 3), weights(2, 12, 4), outputs=2, hidden_size=4, direction="bidirectional", linear_before_reset=1)
    rnn = g.add("RNN", "x", weights(1, 4, 3), weights(1, 4, 4), outputs=2, hidden_size=4, direction="reverse", activations=["LeakyRelu"], activation_alpha=[0.25], clip=2.0)
    plain = g.add("GRU", "x", weights(1, 12, 3), weights(1, 12, 4), outputs=1, hidden_size=4)
    return g.give(*lstm, *gru, *rnn, plain)


def windows():
    g = Graph(("x", FLOAT, [1, 4, 5, 5]))
    conv = g.add("Conv", "x", weights(2, 2, 3, 3), weights(2), group=2, pads=[1, 0, 1, 0], strides=[2, 1], dilations=[1, 2])
    back = g.add("ConvTranspose", conv, weights(2, 1, 2, 2), strides=[2, 2], output_padding=[1, 0])
    best, places = g.add("MaxPool", "x", outputs=2, kernel_shape=[2, 2], ceil_mode=1, storage_order=1, strides=[2, 2])
    mean = g.add("AveragePool", "x", kernel_shape=[3, 3], auto_pad="SAME_UPPER", count_include_pad=1)
    norm = g.add("LpPool", "x", kernel_shape=[2, 2], p=2)
    whole = [g.add(f"Global{name}Pool", "x") for name in ("Average", "Max", "Lp")]
    return g.give(back, best, places, mean, norm, *whole)


def norms():
    g = Graph(("x", FLOAT, [2, 4, 3]))
    four = weights(4)
    results = [
        g.add("LayerNormalization", "x", weights(3), weights(3), axis=-1),
        g.add("RMSNormalization", "x", weights(3)),
        g.add("BatchNormalization", "x", four, four, four, np.abs(four)),
        g.add("InstanceNormalization", "x", four, four),
        g.add("GroupNormalization", "x", four, four, num_groups=2),
        g.add("LpNormalization", "x", axis=1, p=1),
        g.add("MeanVarianceNormalization", "x", axes=[0, 2]),
    ]
    return g.give(g.add("Concat", *results, axis=0))


def attention():
    g = Graph(("q", FLOAT, [1, 3, 8]), ("k", FLOAT, [1, 4, 4]), ("m", BOOL, [3, 4]))
    given = g.add("Attention", "q", "k", "k", "m", q_num_heads=4, kv_num_heads=2, softcap=2.0)
    causal = g.add("Attention", "q", "q", "q", q_num_heads=2, kv_num_heads=2, is_causal=1)
    turned = g.add("RotaryEmbedding", "q", weights(1, 3, 2), weights(1, 3, 2), num_heads=2, interleaved=1)
    return g.give(given, causal, turned)


def quantized():
    g = Graph(("x", FLOAT, [2, 4]))
    scale, zero = np.float32([0.5, 0.25, 1, 2]), np.int8([0, 1, -1, 3])
    small = g.add("QuantizeLinear", "x", scale, zero, axis=1)
    back = g.add("DequantizeLinear", small, scale, zero, axis=1)
    moved, step, middle = g.add("DynamicQuantizeLinear", back, outputs=3)
    matrix = RANDOM.integers(0, 255, (4, 3)).astype(np.uint8)
    product = g.add("MatMulInteger", moved, matrix, middle, np.uint8(3))
    exact = g.add("QLinearMatMul", moved, step, middle, matrix, np.float32(0.5), np.uint8(1), np.float32(4), np.uint8(128))
    planes = g.add("Reshape", moved, np.array([1, 2, 2, 2]))
    conv = g.add("ConvInteger", planes, matrix[:4, :2].reshape(1, 2, 2, 2), middle)
    blocks = g.add("DequantizeLinear", matrix.reshape(2, 6), np.float32([[1, 2, 3, 4, 5, 6]]), axis=0, block_size=2)
    return g.give(product, exact, conv, blocks)


def control():
    g = Graph(("x", FLOAT, [3]), ("c", BOOL, []))
    value = helper.make_empty_tensor_value_info

    def branch(operation, name):
        return helper.make_graph([helper.make_node(operation, ["x"], [name])], "b", [], [value(name)])

    chosen = g.add("If", "c", then_branch=branch("Neg", "p"), else_branch=branch("Abs", "q"))
    body = helper.make_graph(
        [
            helper.make_node("Add", ["s", "x"], ["t"]),
            helper.make_node("Less", ["i", "limit"], ["more"]),
            helper.make_node("Identity", ["t"], ["scan"]),
        ],
        "body",
        [value("i"), value("go"), value("s")],
        [value("more"), value("t"), value("scan")],
        [numpy_helper.from_array(np.array(2), "limit")],
    )
    last, all_states = g.add("Loop", np.array(5), np.array(True), chosen, outputs=2, body=body)
    return g.give(last, all_states)


def functions():
    g = Graph(("x", FLOAT, ["n", 2]))
    sets = [helper.make_opsetid("", 23), helper.make_opsetid("own", 1)]
    inner_node = helper.make_node("LeakyRelu", ["a"], ["b"])
    inner_node.attribute.add(name="alpha", type=AttributeProto.FLOAT, ref_attr_name="slope")
    inner = helper.make_function("own", "Inner", ["a"], ["b"], [inner_node], sets, ["slope"])
    value = helper.make_empty_tensor_value_info

    def branch(operation):
        return helper.make_graph([helper.make_node(operation, ["r"], ["k"])], "b", [], [value("k")])

    flag = helper.make_node("Constant", [], ["flag"], value=numpy_helper.from_array(np.array(True)))
    choice = helper.make_node("If", ["flag"], ["s"], then_branch=branch("Neg"), else_branch=branch("Abs"))
    call = helper.make_node("Inner", ["p"], ["r"], domain="own", slope=0.25)
    outer = helper.make_function(
        "own", "Outer", ["p"], ["q"], [call, flag, choice, helper.make_node("Neg", ["s"], ["q"])], sets,
        attribute_protos=[helper.make_attribute("depth", 3)],
    )  # fmt: skip
    g.functions = [inner, outer]
    g.nodes.append(helper.make_node("Outer", ["x"], ["y"], domain="own"))
    g.nodes.append(helper.make_node("Outer", ["y"], ["z"], domain="own", depth=1))
    return g.give("z")


def einsum():
    g = Graph(("x", FLOAT, [2, 3, 4]), ("y", FLOAT, [2, 4, 5]))
    results = [
        g.add("Einsum", "x", "y", equation="bij,bjk->bik"),
        g.add("Einsum", "x", "x", "x", equation="bij,bij,bij->b"),
        g.add("Einsum", "x", equation="...ij->...ji"),
        g.add("Einsum", "x", "y", equation="bij,bjk"),
    ]
    return g.give(*results)


def elements():
    g = Graph(("x", DOUBLE, ["n", 3]))
    for kind, values in (
        (TensorProto.FLOAT16, [1.5, -2, 0]),
        (TensorProto.BFLOAT16, [1.5, -2, 0]),
        (TensorProto.DOUBLE, [1, 2, 3]),
        (TensorProto.INT16, [1, -2, 3]),
        (TensorProto.UINT64, [1, 2, 3]),
        (TensorProto.INT32, [1, 2, -3]),
        (TensorProto.BOOL, [1, 0, 1]),
    ):
        g.constants.append(helper.make_tensor(f"k{kind}", kind, [3], values))
    parts = [g.add("Cast", tensor.name, to=DOUBLE) for tensor in g.constants]
    return g.give(g.add("Sum", "x", *parts), g.add("Add", f"k{TensorProto.UINT64}", f"k{TensorProto.UINT64}"))


def embeddings():
    g = Graph(("ids", INT, ["batch", "events"]), ("amounts", FLOAT, ["batch", "events"]))
    vectors = g.add("Gather", weights(7, 4), "ids")
    events = g.add("Concat", vectors, g.add("Unsqueeze", "amounts", np.array([-1])), axis=-1)
    pooled = g.add("ReduceMean", g.add("Relu", g.add("MatMul", events, weights(5, 6))), np.array([1]), keepdims=0)
    return g.give(g.add("Sigmoid", g.add("Gemm", pooled, weights(6, 1), weights(1))))


def old():
    g = Graph(("x", FLOAT, [1, 2, 3, 1]), version=9)
    squeezed = g.add("Squeeze", "x", axes=[3])
    wide = g.add("Unsqueeze", g.add("Softmax", squeezed, axis=1), axes=[0])
    part = g.add("Slice", wide, starts=[0, 1], ends=[1, 2], axes=[0, 2])
    best, places = g.add("TopK", g.add("Pad", part, pads=[0, 0, 0, 0, 0, 0, 0, 1], value=2.0), outputs=2, k=2)
    return g.give(g.add("ReduceSum", g.add("Clip", best, min=0.0, max=1.0), axes=[1]), places)


def fixed():
    """No input at all."""
    g = Graph()
    return g.give(g.add("Mul", weights(2, 2), weights(2)))


def unknown_shapes():
    g = Graph(("x", FLOAT, None))
    return g.give(g.add("Neg", g.add("Flatten", "x", axis=0)))


def facts():
    g = Graph(("x", FLOAT, ["n", 2]))
    g.notes = {"author": "me", "run": "7"}
    g.constants.append(helper.make_tensor("k", FLOAT, [2], [1.0, 2.0]))
    return g.give(g.add("Add", "x", "k"))

MODES = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]


def full_trees(trees, depth, columns):
    """Lists of nodes and the leaves' (tree, node), each tree full; the modes in turn."""
    names = "treeids nodeids featureids values modes truenodeids falsenodeids missing_value_tracks_true".split()
    lists = {f"nodes_{name}": [] for name in names}
    leaves = []
    for tree in range(trees):
        for node in range(2 ** (depth + 1) - 1):
            splits = node < 2**depth - 1
            values = [tree, node, 0, 0.0, "LEAF", 0, 0, 0]
            if splits:
                threshold = float(RANDOM.integers(-4, 5)) / 2
                values[2:] = [(node + tree) % columns, threshold, MODES[(node + tree) % 6], 2 * node + 1, 2 * node + 2, node % 2]
            else:
                leaves.append((tree, node))
            for name, value in zip(names, values):
                lists[f"nodes_{name}"].append(value)
    return lists, leaves


def leaf_weights(leaves, what, outputs):
    rows = [(tree, node, output, value) for tree, node in leaves for output, value in zip(range(outputs), weights(outputs).tolist())]
    names = [f"{what}_treeids", f"{what}_nodeids", f"{what}_ids", f"{what}_weights"]
    return dict(zip(names, map(list, zip(*rows))))


def trees():
    g = Graph(("x", FLOAT, ["n", 3]))
    lists, leaves = full_trees(3, 2, 3)
    return g.give(
        g.learn("TreeEnsembleRegressor", "x", n_targets=2, base_values=[0.5, -1.0], aggregate_function="AVERAGE",
                post_transform="SOFTMAX", **lists, **leaf_weights(leaves, "target", 2))
    )  # fmt: skip


def tree_labels():
    g = Graph(("x", DOUBLE, ["n", 3]), ("n", INT, ["n", 2]))
    lists, leaves = full_trees(2, 2, 3)
    both = g.learn("TreeEnsembleClassifier", "x", outputs=2, classlabels_strings=["a", "", "\u00fc"], post_transform="SOFTMAX_ZERO",
                   **lists, **leaf_weights(leaves, "class", 3))  # fmt: skip
    lists, leaves = full_trees(2, 1, 2)
    one = g.learn("TreeEnsembleClassifier", "n", outputs=2, classlabels_int64s=[5, 9], post_transform="LOGISTIC",
                  **lists, **leaf_weights(leaves, "class", 1))  # fmt: skip
    return g.give(*both, *one, g.learn("ZipMap", both[1], classlabels_strings=["a", "", "\u00fc"]))


def tree_doubles():
    g = Graph(("x", DOUBLE, ["n", 2]))
    lists, leaves = full_trees(2, 2, 2)
    values = numpy_helper.from_array(np.array(lists.pop("nodes_values")) / 3)
    targets = leaf_weights(leaves, "target", 1)
    sums = numpy_helper.from_array(np.array(targets.pop("target_weights")) / 3)
    return g.give(
        g.learn("TreeEnsembleRegressor", "x", n_targets=1, nodes_values_as_tensor=values, target_weights_as_tensor=sums,
                base_values_as_tensor=numpy_helper.from_array(np.array([0.1])), post_transform="PROBIT", **lists, **targets)
    )  # fmt: skip


def tree_members():
    g = Graph(("x", FLOAT, ["n", 3]))
    g.trained = 5
    return g.give(
        g.learn("TreeEnsemble", "x", n_targets=2, aggregate_function=1, post_transform=0, tree_roots=[0, 2],
                nodes_modes=numpy_helper.from_array(np.array([6, 0, 5], np.uint8)), nodes_featureids=[0, 1, 2],
                nodes_splits=numpy_helper.from_array(np.float32([0, 0.5, 2])), nodes_truenodeids=[1, 0, 3], nodes_trueleafs=[0, 1, 1],
                nodes_falsenodeids=[2, 1, 4], nodes_falseleafs=[1, 1, 1], nodes_missing_value_tracks_true=[0, 1, 0],
                leaf_targetids=[0, 1, 0, 1, 0], leaf_weights=numpy_helper.from_array(weights(5)),
                membership_values=numpy_helper.from_array(np.float32([-1.5, 0.5, np.nan, 2])))
    )  # fmt: skip


def linear_models():
    g = Graph(("x", FLOAT, ["n", 3]))
    line = g.learn("LinearRegressor", "x", targets=2, coefficients=weights(6).tolist(), intercepts=[0.5, 1.0])
    numbers = {"coefficients": weights(9).tolist(), "intercepts": weights(3).tolist(), "post_transform": "SOFTMAX"}
    three = g.learn("LinearClassifier", "x", outputs=2, classlabels_strings=["a", "b", "c"], multi_class=0, **numbers)
    two = g.learn("LinearClassifier", "x", outputs=2, classlabels_ints=[3, 4], coefficients=weights(3).tolist(), intercepts=[0.25],
                  post_transform="LOGISTIC")  # fmt: skip
    return g.give(line, *three, *two)


def support_vectors():
    g = Graph(("x", FLOAT, ["n", 2]))
    vectors = weights(10).tolist()
    curve = g.learn("SVMRegressor", "x", n_supports=5, support_vectors=vectors, coefficients=weights(5).tolist(), rho=[0.25],
                    kernel_type="POLY", kernel_params=[0.25, 0.5, 3.0])  # fmt: skip
    line = g.learn("SVMRegressor", "x", n_supports=0, coefficients=[0.5, -1.0], rho=[0.25], one_class=1)
    kinds = g.learn("SVMClassifier", "x", outputs=2, vectors_per_class=[2, 1, 2], support_vectors=vectors, kernel_type="RBF",
                    coefficients=weights(10).tolist(), rho=[0.25, -0.5, 0.125], classlabels_strings=["a", "b", "c"],
                    kernel_params=[0.25, 0.5, 3.0], prob_a=[-1.0, -2.0, -0.5], prob_b=[0.1, 0.2, -0.1])  # fmt: skip
    return g.give(curve, line, *kinds)


def features():
    g = Graph(("x", FLOAT, ["n", 3]), ("i", INT, ["n", 2]))
    scaled = g.learn("Scaler", "x", offset=[0.5, -0.75, 3.25], scale=[1.5])
    filled = g.learn("Imputer", scaled, imputed_value_floats=[1.0, 2.0, 3.0], replaced_value_float=float("nan"))
    whole = g.learn("Imputer", "i", imputed_value_int64s=[7], replaced_value_int64=-2)
    unit = [g.learn("Normalizer", filled, norm=norm) for norm in ("MAX", "L1", "L2")]
    bits = g.learn("Binarizer", filled, threshold=0.5)
    all_parts = g.learn("FeatureVectorizer", *unit, bits, whole, inputdimensions=[3, 3, 2, 3, 2])
    return g.give(g.learn("ArrayFeatureExtractor", all_parts, np.array([2, 0, 5])))


def categories():
    g = Graph(("t", TEXT, ["n", 1]), ("i", INT, ["n", 1]), ("x", FLOAT, ["n", 1]))
    hot = [
        g.learn("OneHotEncoder", "t", cats_strings=["b", "\u00fc", "", "a"], zeros=1),
        g.learn("OneHotEncoder", "i", cats_int64s=[9, 1, -3], zeros=0),
    ]
    codes = g.learn("LabelEncoder", "t", keys_strings=["\u00fc", "a"], values_int64s=[5, -6], default_int64=99)
    names = g.learn("LabelEncoder", "i", keys_int64s=[1, 3], values_strings=["x", ""], default_string="?")
    reals = g.learn("LabelEncoder", "x", keys_floats=[0.0, 0.5], values_floats=[0.25, -1.5], default_float=-3.5)
    mapped = g.learn("CategoryMapper", "t", cats_strings=["a", "b"], cats_int64s=[7, 2], default_int64=-5)
    back = g.learn("CategoryMapper", mapped, cats_strings=["a", "b"], cats_int64s=[7, 2], default_string="none")
    g.trained = 4
    arrays = {name: numpy_helper.from_array(np.array(values)) for name, values in (("keys_tensor", [0.25, np.nan]), ("values_tensor", [1, 2]))}
    given = g.learn("LabelEncoder", g.add("Cast", "x", to=DOUBLE), **arrays, default_tensor=numpy_helper.from_array(np.array([-9])))
    return g.give(*hot, codes, names, reals, back, given)


def texts():
    g = Graph(("t", TEXT, [2]), ("i", INT, [3]))
    both = g.add("Concat", "t", np.array(["gr\u00f6\u00dfer", "7"], object), g.add("Cast", "i", to=TEXT), axis=0)
    picked = g.add("Gather", both, np.array([3, 0, -1, 2, 4, 5]))
    same = g.add("Equal", picked, g.add("Expand", np.array(["7"], object), np.array([6])))
    plain = g.add("Reshape", g.add("Where", same, picked, picked), np.array([2, 3]))
    hot = g.learn("OneHotEncoder", plain, cats_strings=["7", "-4", "a", "0"])
    return g.give(same, hot, g.learn("LabelEncoder", both, keys_strings=["7", "a"], values_strings=["seven", "b"]), g.add("Identity", "t"))


def sequences():
    g = Graph(("x", FLOAT, ["n", 4]))
    parts = g.add("SplitToSequence", "x", np.array([1, 0, 3]), axis=1)
    more = g.add("SequenceInsert", parts, g.add("Neg", "x"), np.array(-1))
    less = g.add("SequenceErase", more, np.array(0))
    whole = g.add("ConcatFromSequence", less, axis=1)
    stack = g.add("ConcatFromSequence", g.add("SequenceConstruct", "x", "x"), axis=0, new_axis=1)
    only = g.add("ConcatFromSequence", g.add("SequenceInsert", g.add("SequenceEmpty"), "x"), axis=0)
    return g.give(whole, stack, only, g.add("SequenceAt", parts, np.array(2)), g.add("SequenceLength", less))


def one(operation, version=3, columns=3, outputs=2, **attributes):
    g = Graph(("x", FLOAT, ["n", columns]))
    g.trained = version
    made = g.learn(operation, "x", outputs=outputs, **attributes)
    return g.give(*([made] if outputs == 1 else made)).bytes()


def chain(values, ends=2):
    """Splits by equality one after the other, which lead to one leaf: LightGBM's sets of categories. `ends` is where the last goes."""
    count = len(values)
    return {
        "nodes_treeids": [0] * (count + 2), "nodes_nodeids": list(range(count + 2)), "nodes_featureids": [0] * (count + 2),
        "nodes_values": [*values, 0.0, 0.0], "nodes_modes": ["BRANCH_EQ"] * count + ["LEAF"] * 2,
        "nodes_truenodeids": [count] * count + [0, 0], "nodes_falsenodeids": [*range(1, count), ends, 0, 0],
        "nodes_missing_value_tracks_true": [0] * (count + 2),
        **leaf_weights([(0, count), (0, count + 1)], "target", 1),
    }  # fmt: skip


def unlike():
    """Trained models that are refused, or read in a way that no other seed is: names and bytes."""
    lists, leaves = full_trees(2, 1, 3)
    target, label = leaf_weights(leaves, "target", 1), {"classlabels_int64s": [1, 2], **leaf_weights(leaves, "class", 2)}

    def trees(**changes):
        return one("TreeEnsembleRegressor", outputs=1, **{"n_targets": 1, **lists, **target, **changes})

    def classes(**changes):
        return one("TreeEnsembleClassifier", **{**lists, **label, **changes})

    def changed(name, place, value, of=lists):
        return {name: [*of[name][:place], value, *of[name][place + 1 :]]}

    def fifth(roots, **changes):
        sure = {"nodes_modes": np.array([1, 2], np.uint8), "nodes_splits": np.float32([1, 2]), "leaf_weights": np.float32([1, 2, 3])}
        sure = {name: numpy_helper.from_array(array) for name, array in sure.items()}
        numbers = {
            "nodes_featureids": [0, 1], "nodes_truenodeids": [0, 1], "nodes_trueleafs": [1, 1], "nodes_falsenodeids": [0, 2],
            "nodes_falseleafs": [1, 1], "leaf_targetids": [0, 0, 0], "n_targets": 1, "tree_roots": roots,
        }  # fmt: skip
        return one("TreeEnsemble", 5, outputs=1, **{**numbers, **sure, **changes})

    yield "version-6", one("Scaler", 6, outputs=1, offset=[1.0], scale=[1.0])
    yield "other-operator", one("DictVectorizer", outputs=1)
    yield "zip-integers", one("ZipMap", outputs=1, classlabels_int64s=[4, 5, 6])
    yield "zip-nothing", one("ZipMap", outputs=1)
    yield "tree-child", trees(**changed("nodes_truenodeids", 0, 9))
    yield "tree-weight", trees(**changed("target_nodeids", 0, 9, target))
    yield "tree-twins", trees(**changed("nodes_nodeids", 1, 0))
    yield "tree-apart", trees(**changed("nodes_treeids", 0, 1))
    yield "tree-doubled", trees(**{name: [*values, values[0]] for name, values in target.items()})
    yield "tree-transform", trees(post_transform="ROUND")
    yield "tree-smallest", trees(aggregate_function="MIN")
    yield "tree-lone-base", classes(base_values=[0.5])
    yield "tree-one-class", classes(classlabels_int64s=[1])
    yield "tree-outputs", trees(n_targets=70000)
    many, many_leaves = full_trees(10, 2, 3)
    yield "tree-vectors", trees(n_targets=60000, **many, **leaf_weights(many_leaves, "target", 2))
    yield "tree-less", trees(n_targets=2, nodes_modes=["BRANCH_LT", "LEAF", "LEAF"] * 2)
    yield "tree-nan", trees(nodes_modes=["BRANCH_GT", "LEAF", "LEAF"] * 2, nodes_values=[float("nan"), 0.0, 0.0] * 2)
    yield "set-of-two", trees(**chain([1.0, 2.0], 3))
    yield "set-of-four", trees(**chain([1.0, 2.0, float("nan"), 3.0], 5))
    yield "set-in-circle", trees(**chain([1.0, 2.0, 3.0, 4.0], 1))
    yield "members-leaf", fifth([0, 1])
    yield "members-twice", fifth([0, 0])
    yield "members-transform", fifth([1], post_transform=9)
    yield "members-smallest", fifth([1], aggregate_function=2)


SEEDS = [
    dense, unary, binary, logic, reductions, shapes, gathers, selection, made, recurrent, windows, norms, attention, quantized,
    control, functions, einsum, elements, embeddings, old, fixed, unknown_shapes, facts, trees, tree_labels, tree_doubles,
    tree_members, linear_models, support_vectors, features, categories, texts, sequences,
]  # fmt: skip


def main():
    FOLDER.mkdir(exist_ok=True)
    for seed in SEEDS:
        (FOLDER / f"{seed.__name__.replace('_', '-')}-onnx").write_bytes(seed().bytes())
    for name, content in unlike():
        (FOLDER / name).write_bytes(content)
    print(f"{len(list(FOLDER.iterdir()))} files")


if __name__ == "__main__":
    main()
