/// Operators of the domain ai.onnx.ml: what converters make of models that are no networks.
public enum TrainedOperator: Sendable {
  case arrayFeatureExtractor, binarizer, categoryMapper, featureVectorizer, imputer, labelEncoder
  case linearClassifier, linearRegressor, normalizer, oneHotEncoder, scaler
  case supportVectorClassifier, supportVectorRegressor
  /// `TreeEnsemble`, `TreeEnsembleClassifier` and `TreeEnsembleRegressor`, whose trees a loader has built.
  case trees

  /// The versions of the domain whose definitions are followed.
  public static let versions = 1...5

  /// The operator with this name, which is followed as its attributes say: newer definitions add some.
  public static func named(_ name: [UInt8]) -> TrainedOperator? {
    for (known, operation) in table where name.spells(known) { return operation }
    return nil
  }

  var name: StaticString {
    for (name, operation) in Self.table where operation == self { return name }
    // Not reached: nothing but the table makes an operator.
    return "TreeEnsemble"
  }

  private static let table: [(StaticString, TrainedOperator)] = [
    ("ArrayFeatureExtractor", .arrayFeatureExtractor), ("Binarizer", .binarizer),
    ("CategoryMapper", .categoryMapper), ("FeatureVectorizer", .featureVectorizer), ("Imputer", .imputer),
    ("LabelEncoder", .labelEncoder), ("LinearClassifier", .linearClassifier),
    ("LinearRegressor", .linearRegressor), ("Normalizer", .normalizer), ("OneHotEncoder", .oneHotEncoder),
    ("SVMClassifier", .supportVectorClassifier), ("SVMRegressor", .supportVectorRegressor),
    ("Scaler", .scaler), ("TreeEnsemble", .trees), ("TreeEnsembleClassifier", .trees),
    ("TreeEnsembleRegressor", .trees),
  ]
}
