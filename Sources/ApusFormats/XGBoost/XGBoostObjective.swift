import ApusModel

/// What each objective makes of a margin, and how its base score becomes one.
enum XGBoostObjective {
  /// Nil for an objective that is not known. A file without a version is taken for a new one.
  static func links(_ name: [UInt8], version: SourceVersion) -> (link: Link, inverse: InverseLink)? {
    let version = version == .unknown ? SourceVersion(.max, 0, 0) : version
    return switch Key(bytes: name) {
    case "reg:squarederror", "reg:linear", "reg:squaredlogerror", "reg:pseudohubererror", "reg:absoluteerror",
      "rank:pairwise", "rank:ndcg", "rank:map":
      (.identity, .identity)
    case "binary:logitraw":
      // Before 1.3 the base score of this objective was a probability, too.
      (.identity, version < SourceVersion(1, 3, 0) ? .logit : .identity)
    case "reg:logistic", "binary:logistic":
      // 3.2 and later keep base scores off 0 and 1.
      (
        version < SourceVersion(1, 6, 0) ? .sigmoid : .clampedSigmoid,
        version < SourceVersion(3, 2, 0) ? .logit : .clampedLogit
      )
    case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft":
      (.exponential, .logarithm)
    case "binary:hinge": (.step, .identity)
    case "multi:softprob": (.softmax, .identity)
    case "multi:softmax": (.argmax, .identity)
    case "reg:quantileerror": (version < SourceVersion(3, 4, 0) ? .identity : .sorted, .identity)
    case "reg:expectileerror": (.cumulativeSoftplus, .softplusDifferences)
    default: nil
    }
  }
}
