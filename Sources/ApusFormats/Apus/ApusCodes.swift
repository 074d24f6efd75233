import ApusModel

// The numbers that stand for cases in a file. They never change; new ones go behind.

/// A case with up to two parameters; 0 where it has fewer.
struct ApusCode {
  var number: UInt64
  var first = 0.0
  var second = 0.0

  /// Whether the parameters are the same too, which a case without any must not have.
  func isSame(as other: ApusCode) -> Bool {
    number == other.number && first.bitPattern == other.first.bitPattern
      && second.bitPattern == other.second.bitPattern
  }
}

extension Link {
  var apusCode: ApusCode {
    switch self {
    case .identity: ApusCode(number: 0)
    case .sigmoid: ApusCode(number: 1)
    case .clampedSigmoid: ApusCode(number: 2)
    case .exponential: ApusCode(number: 3)
    case .step: ApusCode(number: 4)
    case .softmax: ApusCode(number: 5)
    case .argmax: ApusCode(number: 6)
    case .sorted: ApusCode(number: 7)
    case .cumulativeSoftplus: ApusCode(number: 8)
    case .doubleSigmoid(let slope): ApusCode(number: 9, first: slope)
    case .doubleExponential: ApusCode(number: 10)
    case .doubleSoftmax: ApusCode(number: 11)
    case .doubleSoftplus: ApusCode(number: 12)
    case .doubleLogOfSum: ApusCode(number: 13)
    case .doubleSignedSquare: ApusCode(number: 14)
    case .doubleVariance: ApusCode(number: 15)
    }
  }

  static func of(_ code: ApusCode) -> Link? {
    switch code.number {
    case 0: .identity
    case 1: .sigmoid
    case 2: .clampedSigmoid
    case 3: .exponential
    case 4: .step
    case 5: .softmax
    case 6: .argmax
    case 7: .sorted
    case 8: .cumulativeSoftplus
    case 9: .doubleSigmoid(slope: code.first)
    case 10: .doubleExponential
    case 11: .doubleSoftmax
    case 12: .doubleSoftplus
    case 13: .doubleLogOfSum
    case 14: .doubleSignedSquare
    case 15: .doubleVariance
    default: nil
    }
  }
}

extension Aggregation {
  var apusCode: ApusCode {
    switch self {
    case .baseThenSum: ApusCode(number: 0)
    case .sumThenBase: ApusCode(number: 1)
    case .sumThenAveragedScores: ApusCode(number: 2)
    case .scaled(let scale): ApusCode(number: 3, first: scale)
    }
  }

  static func of(_ code: ApusCode) -> Aggregation? {
    switch code.number {
    case 0: .baseThenSum
    case 1: .sumThenBase
    case 2: .sumThenAveragedScores
    case 3: .scaled(code.first)
    default: nil
    }
  }
}

extension CounterKind {
  var apusCode: UInt64 {
    switch self {
    case .above: 0
    case .equal: 1
    case .mean: 2
    case .frequency: 3
    }
  }

  static func of(_ code: UInt64) -> CounterKind? {
    switch code {
    case 0: .above
    case 1: .equal
    case 2: .mean
    case 3: .frequency
    default: nil
    }
  }
}

/// The libraries whose models a file can hold, by name.
enum ApusSourceLibrary {
  static let known: [StaticString] = ["xgboost", "lightgbm", "catboost", "scikit-learn", "onnx"]

  static func named(_ name: [UInt8]) -> StaticString? {
    known.first { Message(stringLiteral: $0).utf8 == name }
  }
}
