import ApusModel
import CApusShims
import Synchronization

/// A place that holds one scorer at a time, which one thread replaces while others score.
///
/// Split reference counts. `current` is one word: the number of a place in its top byte and, below, how many threads
/// have taken that number since it was published. To acquire is one atomic addition: it tells the reader which scorer
/// is current and, in the same instant, tells the publisher that there is one more reader. The reader then retains the
/// scorer and counts itself in the place's `balance`. To publish is one atomic exchange, which gives the number of all
/// readers that the former place ever had; that many are subtracted from its balance. Before that a balance is never
/// below zero and no reader's own addition can give zero; afterwards it is minus the readers still on their way. So
/// exactly one thread sees it become zero, when nobody can touch the place any more: that thread ends the slot's
/// reference to the scorer and frees the place.
///
/// - Readers are wait-free: three atomic instructions (with the retain), no loop, whatever others do or where they are
///   stopped. Publishers too: an exchange and at most `placeCount` attempts to claim a place, without a lock, so that
///   a fork in the middle leaves nothing locked.
/// - Linearisable: an acquire takes effect at its addition, a publish at its exchange, both on the same word.
/// - The count has 56 bits: a hundred million acquires a second fill it in 22 years, and each publish begins at zero.
/// - A place stays taken while a reader is between its two additions. A thread that ends there (only fork does that, in
///   the child) keeps one place and one scorer for good; there are 255 more.
public final class ScorerSlot: @unchecked Sendable {
  /// Written by the publisher that claimed it before `current` names it, and read only by readers whom the place counts.
  private struct Place: ~Copyable {
    let isTaken = Atomic<Bool>(false)
    let balance = Atomic<Int>(0)
    var scorer: Unmanaged<Scorer>?
  }

  private let current: Atomic<UInt64>
  private let places: UnsafeMutablePointer<Place>

  private static let placeCount = 256
  private static let placeShift: UInt64 = 56
  private static let readerMask: UInt64 = 1 << placeShift - 1

  private init(places: UnsafeMutablePointer<Place>, first scorer: Scorer) {
    for index in 0..<Self.placeCount { (places + index).initialize(to: Place()) }
    self.places = places
    places[0].isTaken.store(true, ordering: .relaxed)
    places[0].scorer = Unmanaged.passRetained(scorer)
    current = Atomic(0)
  }

  /// A function, because Embedded Swift leaks an object whose initialiser throws.
  public static func make(_ scorer: Scorer) throws(ModelError) -> ScorerSlot {
    let size = placeCount * MemoryLayout<Place>.stride
    guard let memory = apus_shim_allocate(size) else {
      throw ModelError(.outOfMemory, "there is no memory for \(size) bytes")
    }
    return ScorerSlot(places: memory.bindMemory(to: Place.self, capacity: placeCount), first: scorer)
  }

  /// Nobody else uses the slot any more, so the current place is the only one that is taken.
  deinit {
    places[Int(current.load(ordering: .acquiring) >> Self.placeShift)].scorer?.release()
    places.deinitialize(count: Self.placeCount)
    apus_shim_free(places)
  }

  /// The current scorer, retained.
  public func acquire() -> Unmanaged<Scorer> {
    let before = current.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue
    let place = places + Int(before >> Self.placeShift)
    // Only a publisher that has claimed the place writes this, and it is not free while this reader is counted.
    let scorer = place.pointee.scorer.unsafelyUnwrapped.retain()
    settle(place, 1)
    return scorer
  }

  /// Makes `scorer` the current one.
  public func publish(_ scorer: Scorer) throws(ModelError) {
    let index = try claim()
    places[index].scorer = Unmanaged.passRetained(scorer)
    let before = current.exchange(UInt64(index) << Self.placeShift, ordering: .acquiringAndReleasing)
    settle(places + Int(before >> Self.placeShift), -Int(before & Self.readerMask))
  }

  private func claim() throws(ModelError) -> Int {
    for index in 0..<Self.placeCount
    where !places[index].isTaken.load(ordering: .relaxed)
      && !places[index].isTaken.exchange(true, ordering: .acquiring)
    {
      return index
    }
    throw ModelError(
      .limitExceeded, "each of the \(Self.placeCount) scorers that this slot can keep apart is being acquired"
    )
  }

  /// Adds to the balance of a place; whoever makes it zero ends the slot's reference and frees the place.
  ///
  /// A reader's own 1 cannot make it zero before the place was replaced, and a publisher's subtraction comes once. A place
  /// that was replaced before it had a reader has nothing to subtract: the publisher finds the zero.
  private func settle(_ place: UnsafeMutablePointer<Place>, _ change: Int) {
    guard place.pointee.balance.wrappingAdd(change, ordering: .acquiringAndReleasing).newValue == 0 else {
      return
    }
    let scorer = place.pointee.scorer
    place.pointee.scorer = nil
    place.pointee.isTaken.store(false, ordering: .releasing)
    scorer?.release()
  }
}
