import ApusEngine

extension Document {
  /// The same with the members of every object in a random order.
  public func shuffled(using random: inout RandomNumbers) -> Document {
    switch self {
    case .object(let members):
      return .object(
        members.shuffled(using: &random).map {
          Member(key: $0.key, value: $0.value.shuffled(using: &random))
        })
    case .array(let elements): return .array(elements.map { $0.shuffled(using: &random) })
    default: return self
    }
  }

  /// The same with the members of every object in the opposite order.
  public var reversed: Document {
    switch self {
    case .object(let members):
      return .object(members.reversed().map { Member(key: $0.key, value: $0.value.reversed) })
    case .array(let elements): return .array(elements.map(\.reversed))
    default: return self
    }
  }

  /// A random document, at most `depth` deep, with every kind of value.
  public static func random(_ random: inout RandomNumbers, depth: Int) -> Document {
    let count = random.next(below: 5)
    switch random.next(below: depth > 0 ? 9 : 5) {
    case 0: return .word(random.element(of: ["true", "false", "null"]))
    case 1: return .text(randomText(&random))
    case 2: return .number("\(random.nextStep())")
    case 3, 4: return .number(randomNumber(&random))
    case 5: return .array((0..<count).map { _ in .number("\(random.next(below: 300) - 100)") })
    case 6: return .array((0..<count).map { _ in .random(&random, depth: depth - 1) })
    default:
      return .object(
        (0..<count).map { _ in
          Member(key: randomText(&random), value: .random(&random, depth: depth - 1))
        })
    }
  }

  private static func randomNumber(_ random: inout RandomNumbers) -> String {
    switch random.next(below: 6) {
    case 0: random.element(of: ["NaN", "Infinity", "-Infinity", "0", "-0", "-0.0", "1E5", "1e+5", "1.25e-3"])
    case 1: "\(Int64(bitPattern: random.next()))"
    case 2: "\(random.nextFinite(Float.self))"
    default: "\(Int64(bitPattern: random.next()) >> Int64(random.next(below: 64)))"
    }
  }

  private static func randomText(_ random: inout RandomNumbers) -> [UInt8] {
    let characters = ["a", "Z", "0", " ", "\"", "\\", "/", "\n", "\u{0}", "\u{1F}", "é", "€", "東", "😀"]
    return (0..<random.next(below: 6)).flatMap { _ in Array(random.element(of: characters).utf8) }
  }
}
