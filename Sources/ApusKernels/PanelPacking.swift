import CApusShims

// Matrices put into the panels of apus_product.

@inline(never)
func packPanels(
  _ matrix: UnsafePointer<Float>, _ rowStride: Int, _ columnStride: Int, _ depth: Int, _ columns: Int,
  _ panels: UnsafeMutablePointer<Float>
) {
  let width = Int(APUS_PANEL_VECTORS) &* Int(APUS_SIMD_FLOATS)
  var first = 0
  while first < columns {
    let panel = panels + first &* depth
    let count = min(columns &- first, width)
    let source = matrix + first &* columnStride
    if columnStride == 1 {
      for k in 0..<depth { copyRow(source + k &* rowStride, count, panel + k &* width) }
    } else {
      turnColumns(source, rowStride, columnStride, depth, count, panel)
    }
    first &+= width
  }
}

/// The row of a panel, zeros behind its elements.
@inline(__always)
private func copyRow(_ source: UnsafePointer<Float>, _ count: Int, _ panel: UnsafeMutablePointer<Float>) {
  let lanes = Int(APUS_SIMD_FLOATS)
  var place = 0
  while place < Int(APUS_PANEL_VECTORS) &* lanes {
    let rest = count &- place
    let value =
      rest >= lanes
      ? apus_load_floats(source + place)
      : rest > 0 ? apus_load_some_floats(source + place, rest) : apus_splat_float(0)
    apus_store_floats(panel + place, value)
    place &+= lanes
  }
}

/// Columns that lie elsewhere each.
@inline(__always)
private func turnColumns(
  _ source: UnsafePointer<Float>, _ rowStride: Int, _ columnStride: Int, _ depth: Int, _ count: Int,
  _ panel: UnsafeMutablePointer<Float>
) {
  let width = Int(APUS_PANEL_VECTORS) &* Int(APUS_SIMD_FLOATS)
  for k in 0..<depth {
    let (row, target) = (source + k &* rowStride, panel + k &* width)
    for column in 0..<count { target[column] = row[column &* columnStride] }
    for column in count..<width { target[column] = 0 }
  }
}
