import ApusModel

/// Reads FlatBuffers, an encoding in which tables refer to their parts by offsets. Nothing is trusted: each offset
/// is checked when it is followed.
///
/// ```
/// buffer: u32 root                           root table at the start of the buffer + root
/// table:  i32 vtable, fields ...             vtable at table - vtable
/// vtable: u16 its size, u16 table's size, u16 for each field: where it lies in the table, or 0
/// vector: u32 count, elements ...            reached by an offset from the field that names it
/// ```
///
/// Parts may lie on top of each other, and writers make use of it: so what is read in all is bounded, too.
struct FlatBuffer {
  private let bytes: ByteReader
  /// The buffer's place in the file.
  private let range: Range<Int>
  /// How many bytes may still be read. A hostile file could name the same ones again and again.
  private var budget: Int

  init(_ bytes: ByteReader, _ range: Range<Int>) {
    self.bytes = bytes
    self.range = range
    budget = 16 * range.count + 4096
  }

  mutating func root() throws(ModelError) -> FlatTable {
    try table(at: offset(at: range.lowerBound))
  }

  /// What an unsigned 32-bit offset at `place` leads to.
  private func offset(at place: Int) throws(ModelError) -> Int {
    place + Int(try number(UInt32.self, at: place))
  }

  private func number<Number: FixedWidthInteger>(
    _ type: Number.Type, at place: Int
  ) throws(ModelError) -> Number {
    guard place >= range.lowerBound, place <= range.upperBound - MemoryLayout<Number>.size,
      let number = bytes.littleEndian(type, at: place)
    else { throw outside(place) }
    return number
  }

  private mutating func spend(_ count: Int, at place: Int) throws(ModelError) {
    budget -= count
    guard budget >= 0 else {
      throw ModelError(
        .malformed, "parts of the file overlap: at byte \(place) more was read than it holds",
        byteOffset: place)
    }
  }

  private func outside(_ place: Int) -> ModelError {
    ModelError(
      .malformed, "an offset leads outside the \(range.count) bytes that begin at byte \(range.lowerBound)",
      byteOffset: min(max(place, 0), bytes.count))
  }
}

/// A table whose list of fields was checked.
struct FlatTable {
  let position: Int
  fileprivate let fieldList: Int
  fileprivate let fieldCount: Int
  fileprivate let size: Int
}

/// A vector whose elements are all there.
struct FlatVector {
  let start: Int
  let count: Int
}

// MARK: - Tables

extension FlatBuffer {
  private mutating func table(at position: Int) throws(ModelError) -> FlatTable {
    let fieldList = position - Int(try number(Int32.self, at: position))
    let listSize = Int(try number(UInt16.self, at: fieldList))
    let size = Int(try number(UInt16.self, at: fieldList + 2))
    guard listSize >= 4, listSize % 2 == 0, size >= 4, fieldList + listSize <= range.upperBound,
      position + size <= range.upperBound
    else { throw outside(position) }
    try spend(size, at: position)
    return FlatTable(position: position, fieldList: fieldList, fieldCount: listSize / 2 - 2, size: size)
  }

  /// Where a field lies, or nil if the table does not have it.
  private func place(_ field: Int, of table: FlatTable, size: Int) throws(ModelError) -> Int? {
    guard field < table.fieldCount else { return nil }
    let offset = Int(try number(UInt16.self, at: table.fieldList + 4 + 2 * field))
    if offset == 0 { return nil }
    guard offset + size <= table.size else { throw outside(table.position + offset) }
    return table.position + offset
  }

  /// A number, or `absent` if the table does not have it.
  func number<Number: FixedWidthInteger>(
    _ field: Int, of table: FlatTable, absent: Number
  ) throws(ModelError) -> Number {
    guard let place = try place(field, of: table, size: MemoryLayout<Number>.size) else { return absent }
    return try number(Number.self, at: place)
  }

  func double(_ field: Int, of table: FlatTable, absent: Double) throws(ModelError) -> Double {
    Double(bitPattern: try number(field, of: table, absent: absent.bitPattern))
  }

  func float(_ field: Int, of table: FlatTable, absent: Float) throws(ModelError) -> Float {
    Float(bitPattern: try number(field, of: table, absent: absent.bitPattern))
  }

  mutating func table(_ field: Int, of table: FlatTable) throws(ModelError) -> FlatTable? {
    guard let place = try place(field, of: table, size: 4) else { return nil }
    return try self.table(at: offset(at: place))
  }
}

// MARK: - Vectors

extension FlatBuffer {
  /// Nil if the table does not have it.
  mutating func vector(
    _ field: Int, of table: FlatTable, elementSize: Int
  ) throws(ModelError) -> FlatVector? {
    guard let place = try place(field, of: table, size: 4) else { return nil }
    return try vector(at: offset(at: place), elementSize: elementSize)
  }

  private mutating func vector(at position: Int, elementSize: Int) throws(ModelError) -> FlatVector {
    let count = Int(try number(UInt32.self, at: position))
    guard count <= (range.upperBound - position - 4) / elementSize else { throw outside(position) }
    try spend(count * elementSize, at: position)
    return FlatVector(start: position + 4, count: count)
  }

  mutating func string(_ field: Int, of table: FlatTable) throws(ModelError) -> [UInt8]? {
    try vector(field, of: table, elementSize: 1).map { bytes(of: $0) }
  }

  /// Copies a vector of bytes.
  func bytes(of vector: FlatVector) -> [UInt8] {
    // There: the vector was checked.
    bytes.copy(vector.start..<(vector.start + vector.count)) ?? []
  }

  /// The strings of a vector of offsets.
  mutating func strings(_ field: Int, of table: FlatTable) throws(ModelError) -> [[UInt8]] {
    guard let list = try vector(field, of: table, elementSize: 4) else { return [] }
    var strings: [[UInt8]] = []
    for index in 0..<list.count {
      let string = try vector(at: offset(at: list.start + 4 * index), elementSize: 1)
      strings.append(bytes(of: string))
    }
    return strings
  }

  /// The tables of a vector of offsets.
  mutating func tables(_ field: Int, of table: FlatTable) throws(ModelError) -> [FlatTable] {
    guard let list = try vector(field, of: table, elementSize: 4) else { return [] }
    var tables: [FlatTable] = []
    for index in 0..<list.count { tables.append(try self.table(at: offset(at: list.start + 4 * index))) }
    return tables
  }

  /// All numbers of a vector; empty if the table does not have it.
  mutating func numbers<Number: FixedWidthInteger>(
    _ field: Int, of table: FlatTable, _ type: Number.Type
  ) throws(ModelError) -> [Number] {
    let size = MemoryLayout<Number>.size
    guard let list = try vector(field, of: table, elementSize: size) else { return [] }
    var numbers: [Number] = []
    numbers.reserveCapacity(list.count)
    for index in 0..<list.count { numbers.append(try number(type, at: list.start + size * index)) }
    return numbers
  }

  mutating func doubles(_ field: Int, of table: FlatTable) throws(ModelError) -> [Double] {
    try numbers(field, of: table, UInt64.self).map { Double(bitPattern: $0) }
  }

  mutating func floats(_ field: Int, of table: FlatTable) throws(ModelError) -> [Float] {
    try numbers(field, of: table, UInt32.self).map { Float(bitPattern: $0) }
  }
}
