/// The keys of a map, which are looked up one at a time. Of equal keys the first counts.
final class KeyTable: Sendable {
  private enum Keys: Sendable {
    /// Ascending, with their places.
    case integers([Int64], [Int32])
    /// Likewise; a key that is NaN, which only a NaN finds, has its place apart.
    case reals([Double], [Int32], nan: Int)
    /// Hashes, ascending, with the places of the keys; those of equal hash in the order of their bytes.
    case texts(Tensor, [UInt64], [Int32])
  }

  private let keys: Keys
  let count: Int

  init(integers: [Int64]) {
    count = integers.count
    let order = integers.indices.sorted { (integers[$0], $0) < (integers[$1], $1) }
    keys = .integers(order.map { integers[$0] }, order.map { Int32(truncatingIfNeeded: $0) })
  }

  /// `findsNaN` tells whether a key that is NaN is one: older definitions know none.
  init(reals: [Double], findsNaN: Bool) {
    count = reals.count
    let order = reals.indices.filter { !reals[$0].isNaN }.sorted { (reals[$0], $0) < (reals[$1], $1) }
    keys = .reals(
      order.map { reals[$0] }, order.map { Int32(truncatingIfNeeded: $0) },
      nan: findsNaN ? reals.firstIndex { $0.isNaN } ?? -1 : -1)
  }

  /// `texts` is a tensor of text.
  init(texts: Tensor) {
    count = texts.type.count
    let elements = texts.elements
    let hashes = (0..<count).map { CText.hash(elements.text($0)) }
    let order = hashes.indices.sorted { left, right in
      if hashes[left] != hashes[right] { return hashes[left] < hashes[right] }
      let order = CText.order(elements.text(left), elements.text(right))
      return order == 0 ? left < right : order < 0
    }
    keys = .texts(texts, order.map { hashes[$0] }, order.map { Int32(truncatingIfNeeded: $0) })
  }

  /// Whether its keys are text.
  var isText: Bool {
    if case .texts = keys { true } else { false }
  }

  /// The place of the key that element `index` equals, or -1. Its type is text where the keys are.
  func place(of elements: Elements, _ index: Int) -> Int {
    switch keys {
    case .integers(let keys, let places):
      guard elements.type.isReal else { return Self.search(keys, places, elements.integer(index)) }
      guard let key = Int64(exactly: elements.real(index)) else { return -1 }
      return Self.search(keys, places, key)
    case .reals(let keys, let places, let nan):
      let key = elements.real(index)
      return key.isNaN ? nan : Self.search(keys, places, key)
    case .texts(let texts, let hashes, let places):
      let (key, known) = (elements.text(index), texts.elements)
      let hash = CText.hash(key)
      var (low, high) = (0, hashes.count)
      while low < high {
        let middle = (low + high) / 2
        let isBefore =
          hashes[middle] == hash
          ? CText.order(known.text(Int(places[middle])), key) < 0 : hashes[middle] < hash
        if isBefore { low = middle + 1 } else { high = middle }
      }
      guard low < hashes.count, hashes[low] == hash, CText.order(known.text(Int(places[low])), key) == 0
      else {
        return -1
      }
      return Int(places[low])
    }
  }

  @inline(__always)
  private static func search<Key: Comparable>(_ keys: [Key], _ places: [Int32], _ key: Key) -> Int {
    var (low, high) = (0, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < keys.count && keys[low] == key ? Int(places[low]) : -1
  }
}
