import CApusShims

/// A window that moves over up to six axes.
public struct Window: Sendable {
  public let rank: Int
  /// Lengths of the input's and the output's axes and of the window; steps, distances within the window, and what is
  /// missing before the input's begin.
  var input = SIMD8<Int>(repeating: 1)
  var output = SIMD8<Int>(repeating: 1)
  var kernel = SIMD8<Int>(repeating: 1)
  var stride = SIMD8<Int>(repeating: 1)
  var dilation = SIMD8<Int>(repeating: 1)
  var padBegin = SIMD8<Int>()
  var padEnd = SIMD8<Int>()
  /// The output is the input of the convolution whose gradient this is.
  var isTransposed = false

  init(rank: Int) { self.rank = rank }

  func count(_ lengths: SIMD8<Int>) -> Int {
    var count = 1
    for axis in 0..<rank { count *= lengths[axis] }
    return count
  }

  /// Places of the window, for each place of the output.
  var work: Double {
    var work = 1.0
    for axis in 0..<rank { work *= Double(output[axis]) * Double(kernel[axis]) }
    return work
  }

  /// Moves to the next place in row-major order.
  func advance(_ place: inout SIMD8<Int>, _ lengths: SIMD8<Int>) {
    var axis = rank - 1
    while axis >= 0 {
      place[axis] &+= 1
      if place[axis] < lengths[axis] { return }
      place[axis] = 0
      axis -= 1
    }
  }

  /// Where the input lies that place `offset` of the window at `position` sees, or -1 beyond its ends.
  func source(_ position: SIMD8<Int>, _ offset: SIMD8<Int>) -> Int {
    var place = 0
    for axis in 0..<rank {
      var at: Int
      if isTransposed {
        at = position[axis] &+ padBegin[axis] &- offset[axis] &* dilation[axis]
        guard at >= 0, at % stride[axis] == 0 else { return -1 }
        at /= stride[axis]
      } else {
        at = position[axis] &* stride[axis] &+ offset[axis] &* dilation[axis] &- padBegin[axis]
      }
      guard at >= 0, at < input[axis] else { return -1 }
      place = place &* input[axis] &+ at
    }
    return place
  }

  /// Whether the place lies within the padding, not beyond it: with `ceil_mode` a window may reach farther.
  func isPadded(_ position: SIMD8<Int>, _ offset: SIMD8<Int>) -> Bool {
    for axis in 0..<rank {
      let at = position[axis] &* stride[axis] &+ offset[axis] &* dilation[axis]
      if at >= input[axis] &+ padBegin[axis] &+ padEnd[axis] { return false }
    }
    return true
  }
}

/// Convolution, and transposed convolution: a sum over the channels of a group and the places of a window.
public final class ConvStep: NetworkStep, @unchecked Sendable {
  public let window: Window
  private let (batches, groups, inChannels, outChannels): (Int, Int, Int, Int)
  private let hasBias: Bool

  /// Channels are those of one group. Weights are `[out, in, window]`, of a transposed one `[in, out, window]`.
  init(
    _ inputs: [Operand], _ output: Operand, _ window: Window, batches: Int, groups: Int, inChannels: Int,
    outChannels: Int
  ) {
    self.window = window
    (self.batches, self.groups, self.inChannels, self.outChannels) = (
      batches, groups, inChannels, outChannels
    )
    hasBias = inputs.count > 2
    super.init(inputs, [output])
  }

  public override var work: Double {
    Double(batches) * Double(groups) * Double(outChannels) * window.work * Double(max(inChannels, 1))
  }

  public override func run(_ memory: NetworkMemory) {
    let (source, weights) = (memory.elements(inputs[0]), memory.elements(inputs[1]))
    let bias = hasBias ? memory.elements(inputs[2]) : weights
    let target = memory.elements(outputs[0])
    let inputSize = window.count(window.input)
    let (outputSize, kernelSize) = (window.count(window.output), window.count(window.kernel))
    var result = 0
    for block in 0..<(batches * groups) {
      let group = block % groups
      for channel in 0..<outChannels {
        var position = SIMD8<Int>()
        for _ in 0..<outputSize {
          var sum = hasBias ? bias.real(group &* outChannels &+ channel) : 0
          var offset = SIMD8<Int>()
          for place in 0..<kernelSize {
            let from = window.source(position, offset)
            if from >= 0 {
              for input in 0..<inChannels {
                let weight =
                  window.isTransposed
                  ? (group &* inChannels &+ input) &* outChannels &+ channel
                  : (group &* outChannels &+ channel) &* inChannels &+ input
                sum +=
                  source.real((block &* inChannels &+ input) &* inputSize &+ from)
                  * weights.real(weight &* kernelSize &+ place)
              }
            }
            window.advance(&offset, window.kernel)
          }
          target.set(result, real: sum)
          result &+= 1
          window.advance(&position, window.output)
        }
      }
    }
  }
}

enum PoolKind: Equatable {
  case max(columnMajor: Bool)
  case average(countsPadding: Bool)
  case norm(Int)
}

/// The largest, the mean or a norm of what a window sees.
public final class PoolStep: NetworkStep, @unchecked Sendable {
  private let kind: PoolKind
  private let window: Window
  /// Batches times channels.
  private let planes: Int

  init(_ kind: PoolKind, _ input: Operand, _ outputs: [Operand], _ window: Window, planes: Int) {
    self.kind = kind
    self.window = window
    self.planes = planes
    super.init([input], outputs)
  }

  public override var work: Double { Double(planes) * window.work }

  public override func run(_ memory: NetworkMemory) {
    let source = memory.elements(inputs[0])
    let target = memory.elements(outputs[0])
    let (inputSize, outputSize) = (window.count(window.input), window.count(window.output))
    let kernelSize = window.count(window.kernel)
    for plane in 0..<planes {
      var position = SIMD8<Int>()
      for result in 0..<outputSize {
        var best = -1
        var (sum, count) = (0.0, 0)
        var offset = SIMD8<Int>()
        for _ in 0..<kernelSize {
          let from = window.source(position, offset)
          if from >= 0 {
            let place = plane &* inputSize &+ from
            switch kind {
            case .max: if best < 0 || source.order(place, best) > 0 { best = place }
            case .average: sum += source.real(place)
            case .norm(let power): sum += apus_pow(source.real(place).magnitude, Double(power))
            }
            count += 1
          } else if kind == .average(countsPadding: true), window.isPadded(position, offset) {
            count += 1
          }
          window.advance(&offset, window.kernel)
        }
        let to = plane &* outputSize &+ result
        switch kind {
        case .max(let columnMajor):
          if best < 0 { target.set(to, real: -.infinity) } else { target.copy(source, best, to: to) }
          if outputs.count > 1 {
            // A window that sees nothing, or no number at all, has no place.
            let index =
              columnMajor && best >= 0
              ? columnMajorPlace(best &- plane &* inputSize) &+ plane &* inputSize : best
            memory.elements(outputs[1]).set(to, integer: Int64(index))
          }
        case .average: target.set(to, real: sum / Double(count))
        case .norm(let power): target.set(to, real: apus_pow(sum, 1 / Double(power)))
        }
        window.advance(&position, window.output)
      }
    }
  }

  private func columnMajorPlace(_ place: Int) -> Int {
    var rest = place
    var coordinates = SIMD8<Int>()
    for axis in (0..<window.rank).reversed() {
      coordinates[axis] = rest % window.input[axis]
      rest /= window.input[axis]
    }
    var result = 0
    for axis in (0..<window.rank).reversed() { result = result &* window.input[axis] &+ coordinates[axis] }
    return result
  }
}

extension Elements {
  func copy(_ source: Elements, _ from: Int, to place: Int) {
    let size = type.size
    (base + place &* size).copyMemory(from: source.base + from &* size, byteCount: size)
  }
}
