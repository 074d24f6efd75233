import CApusShims

// The one function that this module exports. The same folder is compiled once for each instruction set, and
// only the name of this function differs.

#if APUS_LEVEL_V4
  @_cdecl("capus_kernels_fill_v4")
  public func fillKernelTable(_ table: UnsafeMutablePointer<apus_kernels>) { fill(table) }
#elseif APUS_LEVEL_V3
  @_cdecl("capus_kernels_fill_v3")
  public func fillKernelTable(_ table: UnsafeMutablePointer<apus_kernels>) { fill(table) }
#else
  @_cdecl("capus_kernels_fill_baseline")
  public func fillKernelTable(_ table: UnsafeMutablePointer<apus_kernels>) { fill(table) }
#endif

@inline(__always)
private func fill(_ table: UnsafeMutablePointer<apus_kernels>) {
  // Non-optional by the contract in apus_kernels.h.
  table.pointee.walk_sums_f32 = { walkSums32($0!, $1!, $2, $3, $4!) }
  table.pointee.walk_sums_f64 = { walkSums64($0!, $1!, $2, $3, $4!) }
  table.pointee.walk_leaves_f32 = { walkLeaves32($0!, $1!, $2, $3, $4!) }
  table.pointee.walk_leaves_f64 = { walkLeaves64($0!, $1!, $2, $3, $4!) }
  table.pointee.compact_sums = { compactSums($0!, $1!, $2, $3, $4!, $5!) }
  table.pointee.compact_leaves = { compactLeaves($0!, $1!, $2, $3, $4!, $5!) }
  table.pointee.ranked_sums_f32 = { rankedSums32($0!, $1!, $2, $3, $4!, $5!) }
  table.pointee.ranked_sums_f64 = { rankedSums64($0!, $1!, $2, $3, $4!, $5!) }
  table.pointee.ranked_row_sums_f32 = { rankedRowSums32($0!, $1!, $2, $3, $4!, $5!) }
  table.pointee.ranked_row_sums_f64 = { rankedRowSums64($0!, $1!, $2, $3, $4!, $5!) }
  table.pointee.ranked_row_leaves_f32 = { rankedRowLeaves32($0!, $1!, $2, $3, $4!, $5!) }
  table.pointee.ranked_row_leaves_f64 = { rankedRowLeaves64($0!, $1!, $2, $3, $4!, $5!) }
  #if APUS_LEVEL_V4
    table.pointee.block_row_sums_f32 = { blockRowSums32($0!, $1!, $2, $3, $4!, $5!) }
    table.pointee.block_row_sums_f64 = { blockRowSums64($0!, $1!, $2, $3, $4!, $5!) }
    table.pointee.block_row_leaves_f32 = { blockRowLeaves32($0!, $1!, $2, $3, $4!, $5!) }
    table.pointee.block_row_leaves_f64 = { blockRowLeaves64($0!, $1!, $2, $3, $4!, $5!) }
  #endif
  table.pointee.product = { multiplyRows($0!, $1!, $2, $3!) }
  table.pointee.pack = { packPanels($0!, $1, $2, $3, $4, $5!) }
  table.pointee.map = { mapFloats($0, $1, $2, $3!, $4, $5!) }
  table.pointee.combine = { combineFloats($0, $1!, $2, $3!, $4, $5, $6!) }
  table.pointee.softmax = { softmaxRows($0!, $1, $2, $3!) }
  table.pointee.normalize = { normalizeRows($0!, $1!, $2!) }
  table.pointee.gates = { advanceStates($0!, $1!, $2!, $3, $4!, $5, $6!) }
  table.pointee.integer_product = { multiplyIntegers($0!, $1!, $2, $3!, $4!) }
  table.pointee.quantize = { quantizeFloats($0, $1, $2, $3!, $4, $5!) }
  table.pointee.dequantize = { dequantizeBytes($0!, $1!, $2!) }
  table.pointee.range = { findRange($0!, $1, $2!, $3!) }
  table.pointee.floats_of_integers = { floatsOfIntegers($0!, $1, $2!) }
  table.pointee.linear_sums = { linearSums($0!, $1!, $2, $3, $4!) }
}
