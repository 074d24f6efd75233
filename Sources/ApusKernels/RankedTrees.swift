import CApusShims

// From ranks to leaves: all splits of a tree for a block of rows, without a branch on any row.

/// How many vectors a column has. A type, so that the compiler knows the number and unrolls loops over them.
protocol VectorCount { static var count: Int { get } }
enum OneVector: VectorCount { @inline(__always) static var count: Int { 1 } }
enum TwoVectors: VectorCount { @inline(__always) static var count: Int { 2 } }
enum FourVectors: VectorCount { @inline(__always) static var count: Int { 4 } }

/// The workspace of a block, where columns, conditions and slots are.
struct RankedBlock<Vectors: VectorCount> {
  let memory: UnsafeMutablePointer<Int8>
}

extension RankedBlock {
  @inline(__always)
  private func column(_ place: UInt32) -> UnsafeMutablePointer<Int8> { memory + Int(place) }

  @inline(__always)
  func evaluate(_ members: UnsafePointer<apus_ranked_member>, count: Int) {
    let yes = apus_splat(127)
    let no = apus_splat(-128)
    for index in 0..<count {
      let member = members + index
      let classes = column(member.pointee.column)
      let condition = column(member.pointee.condition)
      let set = UnsafeRawPointer(member).assumingMemoryBound(to: UInt8.self)
      for vector in 0..<Vectors.count {
        let offset = vector &* Int(APUS_SIMD_BYTES)
        let other = member.pointee.is_more == 0 ? no : apus_load(condition + offset)
        apus_store(
          condition + offset, apus_select(apus_is_member(apus_load(classes + offset), set), yes, other))
      }
    }
  }

  @inline(__always)
  func evaluate(_ pairs: UnsafePointer<apus_ranked_pair>, count: Int) {
    for index in 0..<count {
      let pair = pairs[index]
      let ranks = column(pair.column)
      let target = column(pair.target)
      let threshold = apus_splat(pair.threshold)
      let leaf = apus_splat(pair.leaf)
      for vector in 0..<Vectors.count {
        let offset = vector &* Int(APUS_SIMD_BYTES)
        apus_store(target + offset, apus_next(apus_above(apus_load(ranks + offset), threshold), leaf))
      }
    }
  }

  @inline(__always)
  func evaluate(_ splits: UnsafePointer<apus_ranked_split>, count: Int) {
    for index in 0..<count {
      let split = splits[index]
      let ranks = column(split.column)
      let left = column(split.left)
      let right = column(split.right)
      let target = column(split.target)
      let threshold = apus_splat(split.threshold)
      let (leftStep, rightStep) = (Int(split.left_step), Int(split.right_step))
      for vector in 0..<Vectors.count {
        let offset = vector &* Int(APUS_SIMD_BYTES)
        let goesRight = apus_above(apus_load(ranks + offset), threshold)
        let (left, right) = (left + vector &* leftStep, right + vector &* rightStep)
        apus_store(target + offset, apus_select(goesRight, apus_load(right), apus_load(left)))
      }
    }
  }

  /// An oblivious tree: the answers to its splits are the bits of the leaf's number.
  @inline(__always)
  func evaluate(_ levels: UnsafePointer<apus_ranked_level>, count: Int, to root: UInt32) {
    for vector in 0..<Vectors.count {
      let offset = vector &* Int(APUS_SIMD_BYTES)
      var leaf = apus_splat(0)
      for index in 0..<count {
        let level = levels[index]
        let goesRight = apus_above(apus_load(column(level.column) + offset), apus_splat(level.threshold))
        leaf = apus_add_bits(goesRight, leaf, apus_splat(Int8(bitPattern: level.bit)))
      }
      apus_store(column(root) + offset, leaf)
    }
  }
}
