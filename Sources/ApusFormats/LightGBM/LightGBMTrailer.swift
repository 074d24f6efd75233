import ApusModel

/// What stands behind the trees.
struct LightGBMTrailer {
  /// From 2.2 on a line ends the trees.
  var hasEndOfTrees = false
  var hasParameters = false
  var boosting: TextRange?
  /// The parameter `categorical_feature`: column numbers, or names.
  var categoricalFeatures: TextRange?
  /// A parameter that 3.3 brought.
  var hasPreciseParser = false
  /// `pandas_categorical`, the tables of the columns that pandas held as categories.
  var tables: [LightGBMCategories] = []
}

extension LightGBMHeader {
  /// Whether a version before 3.3 wrote the file, as far as it tells: `v3` stands for 2.3 to 3.3.
  func isBefore33(_ trailer: LightGBMTrailer) -> Bool {
    switch version.major {
    case 4: false
    case 3: trailer.hasParameters && !trailer.hasPreciseParser
    default: true
    }
  }
}

extension LightGBMLoader {
  /// Reads the sections behind the trees: importances, parameters, a parser's configuration, pandas' categories.
  mutating func readTrailer() throws(ModelError) {
    if trailer.hasEndOfTrees, lines.isAtEnd { return }
    if trailer.hasEndOfTrees { try lines.endLine() }
    while !lines.isAtEnd {
      let line = lines.readRest()
      if case "parameters:" = line {
        trailer.hasParameters = true
        try lines.endLine()
        try readParameters()
      } else if let table = line.dropping("pandas_categorical:") {
        try readPandasCategories(table)
      } else {
        try endTrailerLine(line)
      }
    }
  }

  /// The last line of a file may lack its end if it is one that is known to be last.
  private mutating func endTrailerLine(_ line: TextRange) throws(ModelError) {
    switch line {
    case "end of parameters", "end of parser": if lines.isAtEnd { return }
    default: break
    }
    try lines.endLine()
  }

  /// `[name: value]` up to `end of parameters`, which 2.1 did not write.
  private mutating func readParameters() throws(ModelError) {
    while true {
      guard !lines.isAtEnd else {
        if trailer.hasEndOfTrees { throw lines.bytes.truncated() }
        return
      }
      let line = lines.readRest()
      if case "end of parameters" = line { return try endTrailerLine(line) }
      if let value = line.dropping("[boosting: ") {
        trailer.boosting = value.withoutBracket
      } else if let value = line.dropping("[categorical_feature: ") {
        trailer.categoricalFeatures = value.withoutBracket
      } else if line.dropping("[precise_float_parser: ") != nil {
        trailer.hasPreciseParser = true
      }
      try lines.endLine()
    }
  }
}

extension TextRange {
  /// The text without the bracket that ends it.
  fileprivate var withoutBracket: TextRange {
    isEmpty || self[count - 1] != UInt8(ascii: "]") ? self : dropLast()
  }
}
