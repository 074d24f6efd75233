import CApusShims
import Foundation
import Synchronization
import TestSupport
import Testing

/// The threads of a batch call.
@Suite(.traced) struct ParallelTests {
  /// What the threads of one call did.
  private final class Record: Sendable {
    struct Entry {
      let index: Int
      let worker: Int32
      let thread: UInt
      let isSignalBlocked: Bool
    }

    let entries = Mutex<[Entry]>([])
    /// How many bodies must have begun before any ends.
    let meeting: Int

    init(meeting: Int) { self.meeting = meeting }

    func add(_ entry: Entry) {
      entries.withLock { $0.append(entry) }
      let deadline = Date.now + 20
      while entries.withLock({ $0.count }) < meeting, Date.now < deadline { usleep(100) }
    }
  }

  private func run(threads: Int32, count: Int, meeting: Int = 0) -> [Record.Entry] {
    let record = Record(meeting: meeting)
    apus_shim_parallel(threads, count, Unmanaged.passUnretained(record).toOpaque()) {
      context, worker, index in
      var blocked = sigset_t()
      pthread_sigmask(SIG_BLOCK, nil, &blocked)
      Unmanaged<Record>.fromOpaque(context!).takeUnretainedValue().add(
        Record.Entry(
          index: index, worker: worker, thread: pthread_self(),
          isSignalBlocked: sigismember(&blocked, SIGUSR2) == 1))
    }
    return record.entries.withLock { $0 }
  }

  @Test func everyIndexIsDoneOnceByAWorkerOfItsOwn() {
    withEvery("threads", in: [0, 1, 2, 3, 64, 1024, 4000] as [Int32]) { threads in
      withEvery("count", in: [0, 1, 2, 7, 65, 500]) { count in
        let entries = run(threads: threads, count: count)
        #expect(entries.map(\.index).sorted() == Array(0..<count))
        let most = max(1, min(Int(threads), count, Int(APUS_THREAD_LIMIT)))
        #expect(entries.allSatisfy { $0.worker >= 0 && $0.worker < most })
        let threadsOfWorkers = Dictionary(grouping: entries, by: \.worker).mapValues { Set($0.map(\.thread)) }
        #expect(threadsOfWorkers.values.allSatisfy { $0.count == 1 })
        #expect(Set(threadsOfWorkers.values).count == threadsOfWorkers.count)
      }
    }
  }

  /// Each body waits for the others, so that none of them can do the work of two.
  @Test func allThreadsTakePart() {
    for threads in [2, 3, 16] as [Int32] {
      let entries = run(threads: threads, count: Int(threads), meeting: Int(threads))
      #expect(Set(entries.map(\.thread)).count == Int(threads))
      #expect(entries.contains { $0.thread == pthread_self() }, "the caller works too")
    }
  }

  @Test func signalsAreLeftToTheHostsThreads() {
    // This thread, which may be one of a pool, takes the signal, as a host's main thread does.
    var signals = sigset_t()
    var previous = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGUSR2)
    pthread_sigmask(SIG_UNBLOCK, &signals, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    for entry in run(threads: 4, count: 4, meeting: 4) {
      #expect(entry.isSignalBlocked == (entry.thread != pthread_self()))
    }
    var blocked = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &blocked)
    #expect(sigismember(&blocked, SIGUSR2) == 0, "the caller's mask is as before")
  }
}
