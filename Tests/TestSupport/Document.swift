/// A JSON document as a tree, to be taken apart and changed by tests. Numbers keep their spelling, objects the
/// order of their members. Written without Apus's readers, so that it can judge them.
public indirect enum Document: Equatable, Sendable {
  case object([Member])
  case array([Document])
  case text([UInt8])
  case number(String)
  /// `true`, `false` or `null`.
  case word(String)

  public struct Member: Equatable, Sendable {
    public var key: [UInt8]
    public var value: Document

    public init(_ key: String, _ value: Document) { self.init(key: Array(key.utf8), value: value) }

    public init(key: [UInt8], value: Document) {
      self.key = key
      self.value = value
    }
  }

  public struct NoDocument: Error {}
}

extension Document: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  public init(stringLiteral text: String) { self = .text(Array(text.utf8)) }
  public init(integerLiteral number: Int) { self = .number("\(number)") }
  public init(arrayLiteral elements: Document...) { self = .array(elements) }
  public init(dictionaryLiteral members: (String, Document)...) {
    self = .object(members.map { Member($0.0, $0.1) })
  }
}

// MARK: - Looking in

extension Document {
  /// The value of the first member called `key`. Setting nil removes all of that name.
  public subscript(key: String) -> Document? {
    get {
      guard case .object(let members) = self else { return nil }
      return members.first { $0.key == Array(key.utf8) }?.value
    }
    set {
      guard case .object(var members) = self else { return }
      if let newValue, let index = members.firstIndex(where: { $0.key == Array(key.utf8) }) {
        members[index].value = newValue
      } else if let newValue {
        members.append(Member(key, newValue))
      } else {
        members.removeAll { $0.key == Array(key.utf8) }
      }
      self = .object(members)
    }
  }

  /// What lies at the end of a path of keys and positions, such as `"trees.0.id"`. Setting nil removes a member.
  public subscript(path path: String) -> Document? {
    get { path.split(separator: ".").reduce(self) { $0?[step: $1] } }
    set {
      let steps = path.split(separator: ".", maxSplits: 1)
      guard steps.count == 2 else {
        self[step: steps[0]] = newValue
        return
      }
      var inner = self[step: steps[0]]
      inner?[path: String(steps[1])] = newValue
      self[step: steps[0]] = inner
    }
  }

  private subscript(step step: Substring) -> Document? {
    get {
      guard let index = Int(step), case .array(let elements) = self else { return self[String(step)] }
      return elements.indices.contains(index) ? elements[index] : nil
    }
    set {
      guard let index = Int(step), case .array(var elements) = self else {
        self[String(step)] = newValue
        return
      }
      if let newValue { elements[index] = newValue }
      self = .array(elements)
    }
  }

  public var elements: [Document]? { if case .array(let elements) = self { elements } else { nil } }
  public var members: [Member]? { if case .object(let members) = self { members } else { nil } }

  /// A text, or the spelling of a number.
  public var string: String? {
    switch self {
    case .text(let bytes): String(decoding: bytes, as: UTF8.self)
    case .number(let spelling): spelling
    default: nil
    }
  }

  /// A whole number, which may be spelled as text.
  public var integer: Int? { string.flatMap { Int($0) } }
  public var integers: [Int]? { elements?.compactMap(\.integer) }
}
