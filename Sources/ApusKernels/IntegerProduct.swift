import CApusShims

// Products of rows of integers with a matrix that is packed: see apus_integer_product. Tiles are those of
// Product.swift, but of four rows where there are 16 registers: some hold products that are not added yet.

private struct FourIntegerRows {
  private var (r0, r1, r2, r3): (IntegerPair, IntegerPair, IntegerPair, IntegerPair)

  @inline(__always)
  init(_ start: IntegerPair) { (r0, r1, r2, r3) = (start, start, start, start) }

  @inline(__always)
  mutating func add(_ word: UnsafePointer<UInt8>, _ stride: Int, _ panel: IntegerPair) {
    r0.add(word, panel)
    r1.add(word + stride, panel)
    r2.add(word + 2 &* stride, panel)
    r3.add(word + 3 &* stride, panel)
  }

  @inline(__always)
  func store(
    _ panel: IntegerPanel, _ row: UnsafePointer<UInt8>, _ stride: Int, _ out: UnsafeMutableRawPointer,
    _ step: Int
  ) {
    panel.store(r0, row, out)
    panel.store(r1, row + stride, out + step)
    panel.store(r2, row + 2 &* stride, out + 2 &* step)
    panel.store(r3, row + 3 &* stride, out + 3 &* step)
  }
}

extension IntegerPanel {
  @inline(__always)
  fileprivate func multiplyFour(
    _ row: UnsafePointer<UInt8>, _ stride: Int, _ out: UnsafeMutableRawPointer, _ step: Int
  ) {
    var rows = FourIntegerRows(sums)
    for k in 0..<depth { rows.add(row + 4 &* k, stride, self[k]) }
    rows.store(self, row, stride, out, step)
  }

  #if APUS_LEVEL_V4
    @inline(__always)
    fileprivate func multiplyTwelve(
      _ row: UnsafePointer<UInt8>, _ stride: Int, _ out: UnsafeMutableRawPointer, _ step: Int
    ) {
      var (first, second, third) = (FourIntegerRows(sums), FourIntegerRows(sums), FourIntegerRows(sums))
      let (next, last) = (row + 4 &* stride, row + 8 &* stride)
      for k in 0..<depth {
        let words = self[k]
        first.add(row + 4 &* k, stride, words)
        second.add(next + 4 &* k, stride, words)
        third.add(last + 4 &* k, stride, words)
      }
      first.store(self, row, stride, out, step)
      second.store(self, next, stride, out + 4 &* step, step)
      third.store(self, last, stride, out + 8 &* step, step)
    }
  #endif

  /// The rows that tiles take; says how many these are.
  @inline(__always)
  fileprivate func multiplyTiles(
    _ rows: IntegerRows, _ rowCount: Int, _ out: UnsafeMutableRawPointer, _ step: Int
  ) -> Int {
    var row = 0
    #if APUS_LEVEL_V4
      while row &+ 12 <= rowCount {
        multiplyTwelve(rows[row], rows.stride, out + row &* step, step)
        row &+= 12
      }
    #endif
    while row &+ 4 <= rowCount {
      multiplyFour(rows[row], rows.stride, out + row &* step, step)
      row &+= 4
    }
    return row
  }
}

@inline(never)
func multiplyIntegers(
  _ product: UnsafePointer<apus_integer_product>, _ source: UnsafePointer<UInt8>, _ rowCount: Int,
  _ room: UnsafeMutablePointer<Int32>, _ out: UnsafeMutableRawPointer
) {
  let rows = integerRows(product, source, rowCount, room)
  let panelCount = (product.pointee.columns &+ IntegerPanel.width &- 1) / IntegerPanel.width
  // Of a row of the result, in bytes: floats and words alike.
  let step = 4 &* product.pointee.columns
  var done = 0
  if rowCount >= 4 {
    for index in 0..<panelCount {
      done = IntegerPanel(product, index).multiplyTiles(rows, rowCount, out, step)
    }
  }
  for row in done..<rowCount { multiplyIntegerRow(product, panelCount, rows[row], out + row &* step) }
}
