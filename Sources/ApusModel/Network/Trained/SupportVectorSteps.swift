import CApusShims

/// How alike a row and a support vector are.
enum VectorKernel {
  case linear
  case polynomial(gamma: Double, offset: Double, degree: Double)
  case radial(gamma: Double)
  case sigmoid(gamma: Double, offset: Double)
}

/// A kernel of each row with each support vector, in double.
final class KernelStep: NetworkStep, @unchecked Sendable {
  private let kernel: VectorKernel
  private let (rowCount, count, width): (Int, Int, Int)

  init(
    _ kernel: VectorKernel, _ rows: Operand, _ vectors: Operand, _ output: Operand, rowCount: Int, count: Int,
    width: Int
  ) {
    self.kernel = kernel
    (self.rowCount, self.count, self.width) = (rowCount, count, width)
    super.init([rows, vectors], [output])
  }

  override func run(_ memory: NetworkMemory) {
    let rows = memory.elements(inputs[0])
    let vectors = memory.address(inputs[1].value).assumingMemoryBound(to: Double.self)
    let target = memory.address(outputs[0].value).assumingMemoryBound(to: Double.self)
    for row in 0..<rowCount {
      for index in 0..<count {
        target[row &* count &+ index] = value(rows, row &* width, vectors + index &* width)
      }
    }
  }

  private func value(_ rows: Elements, _ first: Int, _ vector: UnsafePointer<Double>) -> Double {
    if case .radial(let gamma) = kernel {
      var sum = 0.0
      for column in 0..<width {
        let difference = rows.real(first &+ column) - vector[column]
        sum += difference * difference
      }
      return apus_exp(-gamma * sum)
    }
    var sum = 0.0
    for column in 0..<width { sum += rows.real(first &+ column) * vector[column] }
    switch kernel {
    case .linear, .radial: return sum
    case .polynomial(let gamma, let offset, let degree): return apus_pow(gamma * sum + offset, degree)
    case .sigmoid(let gamma, let offset): return apus_tanh(gamma * sum + offset)
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    guard inputs[1] == .shared else { return [.mixed] }
    return [inputs[0].alongLines((self.rowCount, width, 1), newLength: count, rowCount: rowCount)]
  }
}

/// One classifier for each pair of classes, whose votes decide, as libsvm has it (Chang and Lin, "LIBSVM").
struct VectorVotes {
  /// Support vectors of each class, which stand in the order of the classes.
  let counts: [Int]
  let starts: [Int]
  /// For each class but one, a number for each support vector.
  var coefficients: [Double] = []
  /// For each pair, what is added.
  var offsets: [Double] = []
  /// For each pair, the sigmoid that makes its score a probability; empty if scores go out as they are.
  var slopes: [Double] = []
  var shifts: [Double] = []

  init(counts: [Int]) {
    self.counts = counts
    var starts: [Int] = []
    var next = 0
    for count in counts {
      starts.append(next)
      next += count
    }
    self.starts = starts
  }

  var classCount: Int { counts.count }
  var pairCount: Int { classCount * (classCount - 1) / 2 }
  /// Probabilities of classes, scores of pairs or, of two classes, the negative score and the score.
  var scoreCount: Int { slopes.isEmpty && classCount > 2 ? pairCount : classCount }
  /// Scores and votes; with probabilities, two matrices of pairs and two vectors beside them.
  var scratchCount: Int {
    pairCount + classCount + (slopes.isEmpty ? 0 : 2 * classCount * classCount + 2 * classCount)
  }

  /// Writes the scores of pairs and the votes, and returns the class with the most, the first of several.
  func vote(
    _ values: UnsafePointer<Double>, _ scores: UnsafeMutablePointer<Double>,
    _ votes: UnsafeMutablePointer<Double>
  ) -> Int {
    let total = coefficients.count / (classCount - 1)
    votes.update(repeating: 0, count: classCount)
    var pair = 0
    for first in 0..<(classCount - 1) {
      for second in (first + 1)..<classCount {
        var sum = 0.0
        for index in starts[first]..<(starts[first] + counts[first]) {
          sum += coefficients[(second - 1) * total + index] * values[index]
        }
        for index in starts[second]..<(starts[second] + counts[second]) {
          sum += coefficients[first * total + index] * values[index]
        }
        sum += offsets[pair]
        scores[pair] = sum
        votes[sum > 0 ? first : second] += 1
        pair += 1
      }
    }
    var best = 0
    for index in 1..<classCount where votes[index] > votes[best] { best = index }
    return best
  }

  /// Probabilities of classes that agree best with those of pairs (Wu, Lin and Weng, "Probability Estimates for
  /// Multi-class Classification by Pairwise Coupling", 2004).
  func couple(_ scores: UnsafePointer<Double>, _ room: UnsafeMutablePointer<Double>) -> UnsafePointer<Double>
  {
    let count = classCount
    let (given, matrix) = (room, room + count * count)
    let (result, products) = (matrix + count * count, matrix + count * count + count)
    var pair = 0
    for first in 0..<count {
      for second in (first + 1)..<max(count, first + 1) {
        let value = 1 - 1 / (1 + apus_exp(-(scores[pair] * slopes[pair] + shifts[pair])))
        given[first * count + second] = min(max(value, 1e-7), 1 - 1e-7)
        given[second * count + first] = 1 - given[first * count + second]
        pair += 1
      }
    }
    for row in 0..<count {
      result[row] = 1 / Double(count)
      matrix[row * count + row] = 0
      for column in 0..<count where column != row {
        let other = given[column * count + row]
        matrix[row * count + row] += other * other
        matrix[row * count + column] = -other * given[row * count + column]
      }
    }
    for _ in 0..<100 {
      var sum = 0.0
      for row in 0..<count {
        products[row] = 0
        for column in 0..<count { products[row] += matrix[row * count + column] * result[column] }
        sum += result[row] * products[row]
      }
      var error = 0.0
      for row in 0..<count { error = max(error, (products[row] - sum).magnitude) }
      if error < 0.005 / Double(count) { break }
      for row in 0..<count {
        let diagonal = matrix[row * count + row]
        let step = (sum - products[row]) / diagonal
        result[row] += step
        sum = (sum + step * (step * diagonal + 2 * products[row])) / (1 + step) / (1 + step)
        for column in 0..<count {
          products[column] = (products[column] + step * matrix[row * count + column]) / (1 + step)
          result[column] /= 1 + step
        }
      }
    }
    return UnsafePointer(result)
  }
}

/// Scores and the places of labels from kernel values.
final class VoteStep: NetworkStep, @unchecked Sendable {
  private let votes: VectorVotes
  private let rowCount: Int

  init(
    _ votes: VectorVotes, _ values: Operand, _ scores: Operand, _ places: Operand, scratch: Operand,
    rowCount: Int
  ) {
    self.votes = votes
    self.rowCount = rowCount
    super.init([values], [scores, places, scratch])
  }

  override func run(_ memory: NetworkMemory) {
    let values = memory.address(inputs[0].value).assumingMemoryBound(to: Double.self)
    let (scores, places) = (memory.elements(outputs[0]), memory.elements(outputs[1]))
    let pairs = memory.address(outputs[2].value).assumingMemoryBound(to: Double.self)
    let count = votes.scoreCount
    for row in 0..<rowCount {
      let own = values + row * (votes.coefficients.count / (votes.classCount - 1))
      let best = votes.vote(own, pairs, pairs + votes.pairCount)
      places.set(row, integer: Int64(best))
      if !votes.slopes.isEmpty {
        let result = votes.couple(pairs, pairs + votes.pairCount + votes.classCount)
        for index in 0..<count { scores.set(row * count + index, real: result[index]) }
      } else if votes.classCount == 2 {
        scores.set(row * 2, real: -pairs[0])
        scores.set(row * 2 + 1, real: pairs[0])
      } else {
        for index in 0..<count { scores.set(row * count + index, real: pairs[index]) }
      }
    }
  }

  override func rowPatterns(_ inputs: [RowPattern], rowCount: Int) -> [RowPattern] {
    let length = votes.coefficients.count / (votes.classCount - 1)
    return [votes.scoreCount, 1].map {
      inputs[0].alongLines((self.rowCount, length, 1), newLength: $0, rowCount: rowCount)
    } + [.shared]
  }
}
