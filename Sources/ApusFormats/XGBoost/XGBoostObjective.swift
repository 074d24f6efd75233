import ApusModel

/// What each objective makes of a margin, and how its base score becomes one.
enum XGBoostObjective {
  static func links(_ name: [UInt8], version: SourceVersion) -> (link: Link, inverse: InverseLink)? {
    switch Key(bytes: name) {
    case "reg:squarederror", "reg:linear", "reg:squaredlogerror", "reg:pseudohubererror", "reg:absoluteerror",
      "binary:logitraw", "rank:pairwise", "rank:ndcg", "rank:map":
      (.identity, .identity)
    case "reg:logistic", "binary:logistic":
      // Base scores of 0 and 1 are taken since 3.2, which keeps them off the ends.
      (.sigmoid, version < SourceVersion(3, 2, 0) ? .logit : .clampedLogit)
    case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft": (.exponential, .logarithm)
    case "binary:hinge": (.step, .identity)
    case "multi:softprob": (.softmax, .identity)
    case "multi:softmax": (.argmax, .identity)
    case "reg:quantileerror": (version < SourceVersion(3, 4, 0) ? .identity : .sorted, .identity)
    case "reg:expectileerror": (.cumulativeSoftplus, .softplusDifferences)
    default: nil
    }
  }
}
