import ApusModel
import TestSupport

// Small ONNX files. Field numbers are those of onnx.proto, messages are bytes.

func varint(_ number: Int) -> [UInt8] {
  var rest = UInt64(bitPattern: Int64(number))
  var bytes: [UInt8] = []
  while rest >= 0x80 {
    bytes.append(UInt8(rest & 0x7F) | 0x80)
    rest >>= 7
  }
  return bytes + [UInt8(rest)]
}

func field(_ number: Int, _ value: Int) -> [UInt8] { varint(number << 3) + varint(value) }
func field(_ number: Int, _ value: [UInt8]) -> [UInt8] {
  varint(number << 3 | 2) + varint(value.count) + value
}
func field(_ number: Int, _ value: String) -> [UInt8] { field(number, Array(value.utf8)) }

func littleEndian<Number: FixedWidthInteger>(_ numbers: Number...) -> [UInt8] {
  numbers.flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) } }
}
func floats(_ numbers: Float...) -> [UInt8] { numbers.flatMap { littleEndian($0.bitPattern) } }

enum ONNX {
  static func model(_ graph: [UInt8], functions: [[UInt8]] = [], more: [UInt8] = []) -> [UInt8] {
    field(1, 10) + field(2, "tests") + field(7, graph) + field(8, field(2, 23))
      + functions.flatMap { field(25, $0) } + more
  }

  static func graph(
    _ nodes: [[UInt8]], inputs: [[UInt8]] = [input("x", [2])], outputs: [String] = ["y"],
    constants: [[UInt8]] = []
  ) -> [UInt8] {
    nodes.flatMap { field(1, $0) } + constants.flatMap { field(5, $0) } + inputs.flatMap { field(11, $0) }
      + outputs.flatMap { field(12, field(1, $0)) }
  }

  static func node(
    _ operation: String, _ inputs: [String], _ outputs: [String], domain: String = "", more: [UInt8] = []
  ) -> [UInt8] {
    inputs.flatMap { field(1, $0) } + outputs.flatMap { field(2, $0) } + field(3, "it") + field(4, operation)
      + (domain.isEmpty ? [] : field(7, domain)) + more
  }

  /// An input of floats; an axis of length -1 is open.
  static func input(_ name: String, _ shape: [Int]) -> [UInt8] {
    let axes = shape.flatMap { field(1, $0 < 0 ? field(2, "n") : field(1, $0)) }
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, axes)))
  }

  static func tensor(_ name: String, _ element: Int, _ shape: [Int], _ data: [UInt8]) -> [UInt8] {
    shape.flatMap { field(1, $0) } + field(2, element) + field(8, name) + data
  }

  static func function(
    _ name: String, _ inputs: [String], _ outputs: [String], _ nodes: [[UInt8]], more: [UInt8] = []
  ) -> [UInt8] {
    field(1, name) + inputs.flatMap { field(4, $0) } + outputs.flatMap { field(5, $0) }
      + nodes.flatMap { field(7, $0) } + field(9, field(2, 23)) + field(10, "own") + more
  }
}
