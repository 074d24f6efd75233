/// What a node computes, by ONNX's names. Operators that differ only in a function of one or two numbers are of one kind.
public enum NetworkOperator: Sendable, Equatable {
  case unary(UnaryFunction)
  case binary(BinaryFunction)
  /// As many inputs as there are.
  case variadic(VariadicFunction)
  case reduce(Reduction)
  case trained(TrainedOperator)

  case argMax, argMin, attention, averagePool, batchNormalization, cast, castLike, clip, concat
  case concatFromSequence, constant, constantOfShape, conv, convInteger, convTranspose, cumProd, cumSum
  case depthToSpace, dequantizeLinear, dropout
  case dynamicQuantizeLinear, einsum, expand, eyeLike, flatten, gather, gatherElements, gatherND, gemm
  case globalAveragePool, globalLpPool, globalMaxPool, groupNormalization, gru, hardmax, identity, ifElse
  case instanceNormalization, layerNormalization, logSoftmax, loop, lpNormalization, lpPool, lstm
  case matMul, matMulInteger, maxPool, meanVarianceNormalization, oneHot, pad, preluActivation
  case qLinearMatMul, quantizeLinear, range, reshape, reverseSequence, rmsNormalization, rnn, rotaryEmbedding
  case scatterElements, scatterND, sequenceAt, sequenceConstruct, sequenceEmpty, sequenceErase
  case sequenceInsert, sequenceLength, shape, size, slice, softmax, spaceToDepth, split
  case splitToSequence, squeeze
  case tile, topK, transpose, trilu, unsqueeze, whereElse

  /// The operator of ONNX's own domain with this name.
  public static func named(_ name: [UInt8]) -> NetworkOperator? {
    for (known, operation) in table where name.spells(known) { return operation }
    return nil
  }

  /// What a file calls the operator, in its own domain: the first of its names.
  public var name: StaticString {
    if case .trained(let operation) = self { return operation.name }
    for (name, operation) in Self.table where operation == self { return name }
    // Not reached: nothing but the tables makes an operator of a node.
    return "Identity"
  }

  public static let table: [(StaticString, NetworkOperator)] = [
    ("Abs", .unary(.abs)), ("Acos", .unary(.acos)), ("Acosh", .unary(.acosh)), ("Add", .binary(.add)),
    ("And", .binary(.and)), ("ArgMax", .argMax), ("ArgMin", .argMin), ("Asin", .unary(.asin)),
    ("Asinh", .unary(.asinh)), ("Atan", .unary(.atan)), ("Atanh", .unary(.atanh)), ("Attention", .attention),
    ("AveragePool", .averagePool), ("BatchNormalization", .batchNormalization),
    ("BitShift", .binary(.shiftLeft)),
    ("BitwiseAnd", .binary(.bitAnd)), ("BitwiseNot", .unary(.bitNot)), ("BitwiseOr", .binary(.bitOr)),
    ("BitwiseXor", .binary(.bitXor)), ("Cast", .cast), ("CastLike", .castLike), ("Ceil", .unary(.ceil)),
    ("Celu", .unary(.celu)), ("Clip", .clip), ("Concat", .concat),
    ("ConcatFromSequence", .concatFromSequence), ("Constant", .constant),
    ("ConstantOfShape", .constantOfShape), ("Conv", .conv), ("ConvInteger", .convInteger),
    ("ConvTranspose", .convTranspose), ("Cos", .unary(.cos)), ("Cosh", .unary(.cosh)), ("CumProd", .cumProd),
    ("CumSum", .cumSum), ("DepthToSpace", .depthToSpace), ("DequantizeLinear", .dequantizeLinear),
    ("Div", .binary(.divide)), ("Dropout", .dropout), ("DynamicQuantizeLinear", .dynamicQuantizeLinear),
    ("Einsum", .einsum), ("Elu", .unary(.elu)), ("Equal", .binary(.equal)), ("Erf", .unary(.erf)),
    ("Exp", .unary(.exp)), ("Expand", .expand), ("EyeLike", .eyeLike), ("Flatten", .flatten),
    ("Floor", .unary(.floor)), ("GRU", .gru), ("Gather", .gather), ("GatherElements", .gatherElements),
    ("GatherND", .gatherND), ("Gelu", .unary(.gelu)), ("Gemm", .gemm),
    ("GlobalAveragePool", .globalAveragePool),
    ("GlobalLpPool", .globalLpPool), ("GlobalMaxPool", .globalMaxPool), ("Greater", .binary(.greater)),
    ("GreaterOrEqual", .binary(.greaterOrEqual)), ("GroupNormalization", .groupNormalization),
    ("HardSigmoid", .unary(.hardSigmoid)), ("HardSwish", .unary(.hardSwish)), ("Hardmax", .hardmax),
    ("Identity", .identity), ("If", .ifElse), ("InstanceNormalization", .instanceNormalization),
    ("IsInf", .unary(.isInfinite)), ("IsNaN", .unary(.isNaN)), ("LSTM", .lstm),
    ("LayerNormalization", .layerNormalization), ("LeakyRelu", .unary(.leakyRelu)), ("Less", .binary(.less)),
    ("LessOrEqual", .binary(.lessOrEqual)), ("Log", .unary(.log)), ("LogSoftmax", .logSoftmax),
    ("Loop", .loop),
    ("LpNormalization", .lpNormalization), ("LpPool", .lpPool), ("MatMul", .matMul),
    ("MatMulInteger", .matMulInteger), ("Max", .variadic(.max)), ("MaxPool", .maxPool),
    ("Mean", .variadic(.mean)),
    ("MeanVarianceNormalization", .meanVarianceNormalization), ("Min", .variadic(.min)),
    ("Mish", .unary(.mish)),
    ("Mod", .binary(.modulo)), ("Mul", .binary(.multiply)), ("Neg", .unary(.negate)),
    ("Not", .unary(.not)), ("OneHot", .oneHot),
    ("Or", .binary(.or)), ("PRelu", .preluActivation), ("Pad", .pad), ("Pow", .binary(.power)),
    ("QLinearMatMul", .qLinearMatMul), ("QuantizeLinear", .quantizeLinear),
    ("RMSNormalization", .rmsNormalization),
    ("RNN", .rnn), ("Range", .range), ("Reciprocal", .unary(.reciprocal)), ("ReduceL1", .reduce(.l1)),
    ("ReduceL2", .reduce(.l2)), ("ReduceLogSum", .reduce(.logSum)), ("ReduceLogSumExp", .reduce(.logSumExp)),
    ("ReduceMax", .reduce(.max)), ("ReduceMean", .reduce(.mean)), ("ReduceMin", .reduce(.min)),
    ("ReduceProd", .reduce(.product)), ("ReduceSum", .reduce(.sum)),
    ("ReduceSumSquare", .reduce(.sumOfSquares)),
    ("Relu", .unary(.relu)), ("Reshape", .reshape), ("ReverseSequence", .reverseSequence),
    ("RotaryEmbedding", .rotaryEmbedding), ("Round", .unary(.round)), ("Scatter", .scatterElements),
    ("ScatterElements", .scatterElements), ("ScatterND", .scatterND), ("Selu", .unary(.selu)),
    ("SequenceAt", .sequenceAt), ("SequenceConstruct", .sequenceConstruct), ("SequenceEmpty", .sequenceEmpty),
    ("SequenceErase", .sequenceErase), ("SequenceInsert", .sequenceInsert),
    ("SequenceLength", .sequenceLength), ("Shape", .shape),
    ("Shrink", .unary(.shrink)), ("Sigmoid", .unary(.sigmoid)), ("Sign", .unary(.sign)),
    ("Sin", .unary(.sin)),
    ("Sinh", .unary(.sinh)), ("Size", .size), ("Slice", .slice), ("Softmax", .softmax),
    ("Softplus", .unary(.softplus)),
    ("Softsign", .unary(.softsign)), ("SpaceToDepth", .spaceToDepth), ("Split", .split),
    ("SplitToSequence", .splitToSequence),
    ("Sqrt", .unary(.sqrt)),
    ("Squeeze", .squeeze), ("Sub", .binary(.subtract)), ("Sum", .variadic(.sum)), ("Swish", .unary(.swish)),
    ("Tan", .unary(.tan)), ("Tanh", .unary(.tanh)), ("ThresholdedRelu", .unary(.thresholdedRelu)),
    ("Tile", .tile),
    ("TopK", .topK), ("Transpose", .transpose), ("Trilu", .trilu), ("Unsqueeze", .unsqueeze),
    ("Where", .whereElse),
    ("Xor", .binary(.xor)),
  ]
}

public enum UnaryFunction: UInt8, Sendable {
  case abs, acos, acosh, asin, asinh, atan, atanh, bitNot, ceil, celu, cos, cosh, elu, erf, exp, floor, gelu,
    geluTanh
  case hardSigmoid, hardSwish, isInfinite, isNaN, leakyRelu, log, mish, negate, not, reciprocal, relu, round,
    selu
  case shrink, sigmoid, sign, sin, sinh, softplus, softsign, sqrt, swish, tan, tanh, thresholdedRelu
}

public enum BinaryFunction: UInt8, Sendable {
  case add, and, bitAnd, bitOr, bitXor, divide, equal, greater, greaterOrEqual, less, lessOrEqual, max, min,
    modulo
  /// As in C, with the sign of the dividend.
  case remainder
  case multiply, or, power, prelu, shiftLeft, shiftRight, subtract, xor

  public var isComparison: Bool {
    switch self {
    case .and, .equal, .greater, .greaterOrEqual, .less, .lessOrEqual, .or, .xor: true
    default: false
    }
  }
}

public enum VariadicFunction: UInt8, Sendable { case max, mean, min, sum }

public enum Reduction: UInt8, Sendable {
  case l1, l2, logSum, logSumExp, max, mean, min, product, sum, sumOfSquares
}
