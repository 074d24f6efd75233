package io.github.apusml.apus;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongConsumer;

/**
 * The address of a C object, freed exactly once and never while a call uses it.
 *
 * <p>Every call is {@link #enter}, native work with {@link #address}, {@link #exit}. {@link #close} forbids new calls
 * at once; the object is freed then, or by the last call that leaves. Closing does not throw or wait while calls run:
 * a service that exchanges models closes the old one with requests still in it, and would have nothing better to do
 * with a refusal than to try again.
 *
 * <p>Why it is right: {@code enter} adds to a counter and then reads {@code closed}; {@code close} writes {@code
 * closed} and then reads all counters. All four are volatile, so they have one order: either the call sees {@code
 * closed} and retreats, or the closer sees the call. After {@code closed} is set, no call can succeed to enter, so a
 * counter that was zero once has no call left in it for ever; when each was seen zero, one after the other, no call
 * is left at all. Whoever leaves a closed handle looks, and the last one sees zeros.
 *
 * <p>Why many counters: one counter would be a cache line that all threads write twice per row; a microsecond's work
 * does not hide that. Threads are spread over counters two cache lines apart: two threads at once then pay 10 ns a
 * call, as one does, and not 20.
 */
final class NativeHandle implements Runnable {
  private static final Cleaner CLEANER = Cleaner.create();

  /** Longs from one counter to the next: two cache lines, because processors fetch them in pairs. */
  private static final int SPACING = 16;

  private static final int COUNTERS =
      Math.min(64, Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors() - 1));

  private final AtomicLongArray users = new AtomicLongArray((COUNTERS + 1) * SPACING);
  private final AtomicBoolean freed = new AtomicBoolean();
  private final String name;
  private final long address;
  private final LongConsumer release;
  private final Cleaner.Cleanable cleanable;
  private volatile boolean closed;

  /**
   * Takes over the object at {@code address}.
   *
   * @param owner whose end of life closes the handle, if nobody did before; not kept
   * @param name how messages call it
   * @param release frees the object; must not refer to {@code owner}
   */
  NativeHandle(Object owner, String name, long address, LongConsumer release) {
    this.name = name;
    this.address = address;
    this.release = release;
    this.cleanable = CLEANER.register(owner, this);
  }

  /**
   * Begins a call.
   *
   * @return what {@link #exit} wants
   * @throws IllegalStateException if the handle is closed
   */
  int enter() {
    // Counter 0 starts a spacing into the array, away from the array's length.
    int counter = (((int) Thread.currentThread().getId() & (COUNTERS - 1)) + 1) * SPACING;
    users.getAndIncrement(counter);
    if (closed) {
      leave(counter);
      throw new IllegalStateException(name + " is closed");
    }
    return counter;
  }

  /** The address of the object, for a call between {@link #enter} and {@link #exit}. */
  long address() {
    return address;
  }

  /**
   * Ends a call.
   *
   * @param owner stays reachable until here, so that the cleaner cannot close the handle before the call has entered
   */
  void exit(int counter, Object owner) {
    leave(counter);
    Reference.reachabilityFence(owner);
  }

  private void leave(int counter) {
    users.getAndDecrement(counter);
    if (closed) {
      freeIfUnused();
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Forbids new calls and frees the object when the last one has left. Further calls do nothing. */
  void close() {
    cleanable.clean();
  }

  /** What the cleaner runs, once. */
  @Override
  public void run() {
    closed = true;
    freeIfUnused();
  }

  private void freeIfUnused() {
    for (int i = 1; i <= COUNTERS; i++) {
      if (users.get(i * SPACING) != 0) {
        return;
      }
    }
    if (freed.compareAndSet(false, true)) {
      release.accept(address);
    }
  }
}
