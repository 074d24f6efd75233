import ApusModel

extension ApusLoader {
  func readFeatures(_ builder: inout ModelBuilder) throws(ModelError) {
    guard sections.has(.features) else { return }
    var section = sections.section(.features)
    guard section.remainingWords / 4 >= builder.featureCount else {
      throw section.error("the section has no room for \(builder.featureCount) features")
    }
    builder.describeFeatures()
    for index in 0..<builder.featureCount {
      let kind = try section.integer(0...4, "the kind of a feature")
      builder.setFeatureKind(index, FeatureKind(rawValue: UInt32(kind)) ?? .unknown)
      let isDoubtful = try section.flag("whether the categories are doubtful")
      if isDoubtful { builder.doubtCategories(index) }
      if try section.flag("whether there is a name") { builder.setFeatureName(index, try section.text()) }
      try readCategories(&section, &builder, feature: index, isDoubtful: isDoubtful)
    }
    try section.finish()
  }

  private func readCategories(
    _ section: inout SectionReader, _ builder: inout ModelBuilder, feature: Int, isDoubtful: Bool
  ) throws(ModelError) {
    switch try section.integer(0...3, "the kind of a category table") {
    case 1:
      var bytes: [UInt8] = []
      var offsets = [0]
      for _ in 0..<(try section.count(of: 8, "categories")) {
        bytes.append(contentsOf: try section.text(isDoubtful: isDoubtful))
        offsets.append(bytes.count)
      }
      builder.setCategories(feature, text: bytes, offsets: offsets)
    case 2:
      builder.setCategories(feature, integers: try section.words("categories").map { Int64(bitPattern: $0) })
    case 3: builder.setCategories(feature, reals: try section.reals("categories"))
    default: break
    }
  }
}
