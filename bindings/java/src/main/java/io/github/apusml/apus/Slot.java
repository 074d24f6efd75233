package io.github.apusml.apus;

/**
 * Holds one scorer at a time, and lets a new one take its place while other threads score.
 *
 * <pre>{@code
 * Slot slot = new Slot(scorer);
 * double score = slot.scoreRow(row);   // each request, in any thread
 *
 * slot.publish(retrained);             // now and then, in any thread
 * retrained.close();                   // whenever you like: the slot has a reference of its own
 * }</pre>
 *
 * <p>All methods may be called from any thread at the same time. Neither scoring nor publishing waits for another
 * thread. A call that begins after a publish has returned runs on that scorer or a later one; calls that run end on the
 * scorer that they began with, whose native memory goes with the last of them.
 */
public final class Slot implements AutoCloseable {
  private final NativeHandle handle;

  /**
   * A slot that holds a scorer.
   *
   * @param scorer may be closed afterwards
   * @throws IllegalStateException if the scorer is closed
   * @throws ApusException {@link Status#OUT_OF_MEMORY}
   */
  public Slot(Scorer scorer) {
    long address;
    int use = scorer.handle.enter();
    try {
      address = Native.slotCreate(scorer.handle.address());
    } finally {
      scorer.handle.exit(use, scorer);
    }
    try {
      this.handle = new NativeHandle(this, "this slot", address, Native::slotRelease);
    } catch (Throwable failure) {
      Native.slotRelease(address);
      throw failure;
    }
  }

  /**
   * Lets a scorer take the place of the one that the slot holds. They may be of different models.
   *
   * @param scorer may be closed afterwards
   * @throws IllegalStateException if the scorer or the slot is closed
   */
  public void publish(Scorer scorer) {
    int use = scorer.handle.enter();
    try {
      int own = handle.enter();
      try {
        Native.slotPublish(handle.address(), scorer.handle.address());
      } finally {
        handle.exit(own, this);
      }
    } finally {
      scorer.handle.exit(use, scorer);
    }
  }

  /**
   * The scorer that the slot holds, for several calls that belong together and for batches. It works on after the slot
   * has another one, or is closed.
   *
   * @return a scorer of its own, to be closed by the caller
   * @throws IllegalStateException after {@link #close}
   */
  public Scorer acquire() {
    int use = handle.enter();
    try {
      return Scorer.own(Native.slotAcquire(handle.address()));
    } finally {
      handle.exit(use, this);
    }
  }

  /**
   * Scores one row that gives one value, with the scorer that the slot holds now. Makes no garbage.
   *
   * @param row shape (features)
   * @return the value
   * @throws ApusException as {@link Scorer#scoreRow(float[])} does, with that scorer
   * @throws IllegalStateException after {@link #close}
   */
  public double scoreRow(float[] row) {
    int length = row.length;
    int use = handle.enter();
    try {
      return Native.slotScoreValueF32(handle.address(), row, length);
    } finally {
      handle.exit(use, this);
    }
  }

  /**
   * The same for {@code double} values.
   *
   * @param row shape (features)
   * @return the value
   * @throws ApusException as for {@code float} values
   */
  public double scoreRow(double[] row) {
    int length = row.length;
    int use = handle.enter();
    try {
      return Native.slotScoreValueF64(handle.address(), row, length);
    } finally {
      handle.exit(use, this);
    }
  }

  /**
   * Scores one row with the scorer that the slot holds now. Makes no garbage.
   *
   * @param row shape (features)
   * @param out receives as many values as that scorer gives; may be longer
   * @throws ApusException as {@link Scorer#score(float[], double[])} does, with that scorer
   * @throws IllegalStateException after {@link #close}
   */
  public void score(float[] row, double[] out) {
    int length = row.length;
    int capacity = out.length;
    int use = handle.enter();
    try {
      Native.slotScoreRowF32(handle.address(), row, length, out, capacity);
    } finally {
      handle.exit(use, this);
    }
  }

  /**
   * The same for {@code double} values.
   *
   * @param row shape (features)
   * @param out receives as many values as that scorer gives; may be longer
   * @throws ApusException as for {@code float} values
   */
  public void score(double[] row, double[] out) {
    int length = row.length;
    int capacity = out.length;
    int use = handle.enter();
    try {
      Native.slotScoreRowF64(handle.address(), row, length, out, capacity);
    } finally {
      handle.exit(use, this);
    }
  }

  /**
   * The same for values as people have them.
   *
   * @param row of a model with the same features as that scorer's, in the same order
   * @return the value
   * @throws ApusException as {@link Scorer#scoreRow(Row)} does, with that scorer
   * @throws IllegalStateException after {@link #close}
   */
  public double scoreRow(Row row) {
    return RowScoring.value(this, handle, row);
  }

  /**
   * The same for values as people have them.
   *
   * @param row of a model with the same features as that scorer's, in the same order
   * @param out receives as many values as that scorer gives; may be longer
   * @throws ApusException as {@link Scorer#score(Row, double[])} does, with that scorer
   * @throws IllegalStateException after {@link #close}
   */
  public void score(Row row, double[] out) {
    RowScoring.row(this, handle, row, out);
  }

  /**
   * Whether {@link #close} was called.
   *
   * @return true from then on
   */
  public boolean isClosed() {
    return handle.isClosed();
  }

  /**
   * Ends the use of the slot. New calls throw at once; its memory is freed now, or by the last call that is still
   * running. Acquired scorers work on. Does not wait, and may be repeated.
   */
  @Override
  public void close() {
    handle.close();
  }
}
