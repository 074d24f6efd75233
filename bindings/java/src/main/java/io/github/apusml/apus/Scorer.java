package io.github.apusml.apus;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A model compiled for this processor, with everything decided once: what comes out, which trees take part, what
 * counts as missing. Immutable; all methods may be called from any thread at the same time, and take no lock. Made by
 * {@link Model#scorer(ScorerOptions)}.
 *
 * <p>Below, {@code features} is {@code info().featureCount()} and {@code values} is {@code info().valueCount()}.
 * Results go to {@code out}, shape (rows, values); value {@code v} of row {@code r} is {@code out[r * values + v]}.
 * {@code out} may be larger. All methods that score throw
 *
 * <ul>
 *   <li>{@link NullPointerException} for a null array, buffer or options;
 *   <li>{@link ApusException} with {@link Status#FEATURE_COUNT_MISMATCH} for rows of another width than the model's,
 *       {@link Status#BUFFER_TOO_SMALL} for an {@code out} with too little room, {@link Status#INVALID_ARGUMENT} for a
 *       base margin of another shape, {@link Status#INVALID_OPTION} for too many threads, {@link
 *       Status#OUT_OF_MEMORY} for a machine at its limit;
 *   <li>{@link IllegalArgumentException} for a negative row count;
 *   <li>{@link IllegalStateException} after {@link #close}.
 * </ul>
 *
 * <p><b>Which call.</b> One row: {@link #scoreRow(float[])} or {@link #score(float[], double[])}, or {@link
 * #scoreRow(Row)} for values by name and for text. They allocate nothing. Rows in arrays are copied in small pieces,
 * sparse rows whole. Direct buffers are scored in place. No call holds up the garbage collector.
 *
 * <p><b>Exchanging models.</b> A {@link Slot} does it: publish the new scorer, then close the old one. With a volatile
 * field in its place, a thread that fetched the old scorer but had not yet begun its call when that is closed gets {@link
 * IllegalStateException} and fetches again. Calls that run end as if nothing had happened.
 */
public final class Scorer implements AutoCloseable {
  final NativeHandle handle;
  final int features;
  final int values;
  final int margins;
  private final ScorerInfo info;

  private Scorer(long address) {
    long[] numbers = new long[ScorerInfo.NUMBERS];
    byte[][] texts = Native.scorerInfo(address, numbers);
    this.info = new ScorerInfo(numbers, texts);
    this.features = info.featureCount();
    this.values = info.valueCount();
    this.margins = info.marginCount();
    this.handle = new NativeHandle(this, "this scorer", address, Native::scorerRelease);
  }

  /** Takes over a native scorer, and frees it if its facts cannot be had. */
  static Scorer own(long address) {
    try {
      return new Scorer(address);
    } catch (Throwable failure) {
      Native.scorerRelease(address);
      throw failure;
    }
  }

  /**
   * What was decided when the scorer was made. Works after {@link #close}, too.
   *
   * @return the facts
   */
  public ScorerInfo info() {
    return info;
  }

  /**
   * Scores one row that gives one value.
   *
   * @param row shape (features)
   * @return the value
   * @throws ApusException as above; {@link Status#BUFFER_TOO_SMALL} if the scorer gives several values a row
   */
  public double scoreRow(float[] row) {
    Arguments.row(row.length, features);
    Arguments.out(1, 1, values);
    int use = handle.enter();
    try {
      return Native.scoreValueF32(handle.address(), row, features);
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
    Arguments.row(row.length, features);
    Arguments.out(1, 1, values);
    int use = handle.enter();
    try {
      return Native.scoreValueF64(handle.address(), row, features);
    } finally {
      handle.exit(use, this);
    }
  }

  /**
   * Scores one row.
   *
   * @param row shape (features)
   * @param out receives {@code values} values
   */
  public void score(float[] row, double[] out) {
    Arguments.row(row.length, features);
    Arguments.out(out.length, 1, values);
    int use = handle.enter();
    try {
      Native.scoreRowF32(handle.address(), row, features, out, values);
    } finally {
      handle.exit(use, this);
    }
  }

  /**
   * Scores one row of {@code double} values.
   *
   * @param row shape (features)
   * @param out receives {@code values} values
   */
  public void score(double[] row, double[] out) {
    Arguments.row(row.length, features);
    Arguments.out(out.length, 1, values);
    int use = handle.enter();
    try {
      Native.scoreRowF64(handle.address(), row, features, out, values);
    } finally {
      handle.exit(use, this);
    }
  }

  /**
   * Scores one row of values as people have them, that gives one value. Allocates nothing, as the row is used again.
   *
   * @param row of a model with the same features
   * @return the value
   * @throws ApusException as above; {@link Status#NOT_FOUND} for a category that training did not see, if {@link
   *     ScorerOptions.Builder#unseen} says so, {@link Status#INVALID_ARGUMENT} for text where there are no texts, {@link
   *     Status#INVALID_MODEL} for text of a feature with doubtful categories
   */
  public double scoreRow(Row row) {
    return RowScoring.value(this, row);
  }

  /**
   * Scores one row of values as people have them.
   *
   * @param row of a model with the same features
   * @param out receives {@code values} values
   * @throws ApusException as for {@link #scoreRow(Row)}
   */
  public void score(Row row, double[] out) {
    RowScoring.row(this, row, out);
  }

  /**
   * Scores many rows of values as people have them.
   *
   * @param rows each of a model with the same features
   * @param out shape (rows, values), or larger
   * @throws ApusException as for {@link #scoreRow(Row)}, with the row
   */
  public void score(List<Row> rows, double[] out) {
    score(rows, out, BatchOptions.DEFAULT);
  }

  /**
   * The same with options.
   *
   * @param rows each of a model with the same features
   * @param out shape (rows, values), or larger
   * @param options threads and base margins
   * @throws ApusException as for {@link #scoreRow(Row)}, with the row
   */
  public void score(List<Row> rows, double[] out, BatchOptions options) {
    RowScoring.rows(this, rows, out, options);
  }

  /**
   * Scores rows that lie one behind the other and fill their array.
   *
   * @param rows shape (rowCount, features), of exactly that size
   * @param rowCount rows; 0 is fine
   * @param out shape (rowCount, values), or larger
   */
  public void score(float[] rows, int rowCount, double[] out) {
    score(rows, rowCount, out, BatchOptions.DEFAULT);
  }

  /**
   * The same with options.
   *
   * @param rows shape (rowCount, features), of exactly that size
   * @param rowCount rows; 0 is fine
   * @param out shape (rowCount, values), or larger
   * @param options threads and base margins
   */
  public void score(float[] rows, int rowCount, double[] out, BatchOptions options) {
    Arguments.rows(rows.length, rowCount, features);
    score(rows, 0, features, rowCount, out, 0, options);
  }

  /**
   * Scores rows in a part of an array: row {@code r} begins at {@code offset + r * stride}.
   *
   * @param rows holds the rows
   * @param offset where the first row begins
   * @param stride elements from one row to the next, at least {@code features}
   * @param rowCount rows; 0 is fine
   * @param out receives the results
   * @param outOffset where the first result goes
   * @param options threads and base margins
   * @throws IndexOutOfBoundsException if a row lies outside {@code rows}, or {@code outOffset} outside {@code out}
   */
  public void score(
      float[] rows, int offset, int stride, int rowCount, double[] out, int outOffset, BatchOptions options) {
    ArrayScoring.rows(this, rows, offset, stride, rowCount, out, outOffset, options);
  }

  /**
   * Scores rows of {@code double} values that lie one behind the other and fill their array.
   *
   * @param rows shape (rowCount, features), of exactly that size
   * @param rowCount rows; 0 is fine
   * @param out shape (rowCount, values), or larger
   */
  public void score(double[] rows, int rowCount, double[] out) {
    score(rows, rowCount, out, BatchOptions.DEFAULT);
  }

  /**
   * The same with options.
   *
   * @param rows shape (rowCount, features), of exactly that size
   * @param rowCount rows; 0 is fine
   * @param out shape (rowCount, values), or larger
   * @param options threads and base margins
   */
  public void score(double[] rows, int rowCount, double[] out, BatchOptions options) {
    Arguments.rows(rows.length, rowCount, features);
    score(rows, 0, features, rowCount, out, 0, options);
  }

  /**
   * Scores rows of {@code double} values in a part of an array: row {@code r} begins at {@code offset + r * stride}.
   *
   * @param rows holds the rows
   * @param offset where the first row begins
   * @param stride elements from one row to the next, at least {@code features}
   * @param rowCount rows; 0 is fine
   * @param out receives the results
   * @param outOffset where the first result goes
   * @param options threads and base margins
   * @throws IndexOutOfBoundsException if a row lies outside {@code rows}, or {@code outOffset} outside {@code out}
   */
  public void score(
      double[] rows, int offset, int stride, int rowCount, double[] out, int outOffset, BatchOptions options) {
    ArrayScoring.rows(this, rows, offset, stride, rowCount, out, outOffset, options);
  }

  /**
   * Scores rows that lie in columns: value {@code f} of row {@code r} is {@code columns[f][r]}.
   *
   * @param columns one array for each feature, of {@code rowCount} values or more
   * @param rowCount rows; 0 is fine
   * @param out shape (rowCount, values), or larger
   * @param options threads and base margins
   * @throws IndexOutOfBoundsException if a column is shorter than {@code rowCount}
   */
  public void scoreColumns(float[][] columns, int rowCount, double[] out, BatchOptions options) {
    ArrayScoring.columns(this, columns, rowCount, out, options);
  }

  /**
   * The same for {@code double} values.
   *
   * @param columns one array for each feature, of {@code rowCount} values or more
   * @param rowCount rows; 0 is fine
   * @param out shape (rowCount, values), or larger
   * @param options threads and base margins
   * @throws IndexOutOfBoundsException if a column is shorter than {@code rowCount}
   */
  public void scoreColumns(double[][] columns, int rowCount, double[] out, BatchOptions options) {
    ArrayScoring.columns(this, columns, rowCount, out, options);
  }

  /**
   * Scores sparse rows (compressed sparse row). An entry that a row does not hold is what {@link
   * ScorerOptions.Builder#absent} says.
   *
   * @param rowOffsets ascending positions, one more than rows; row {@code r} has the entries from {@code
   *     rowOffsets[r]} to {@code
   *     rowOffsets[r + 1] - 1}
   * @param featureIndices the feature of each entry; any order within a row, and the last of several entries of one
   *     feature counts
   * @param entries the value of each entry; a stored 0 is 0, a stored NaN is missing
   * @param out shape (rows, values), or larger
   * @param options threads and base margins
   * @throws ApusException as above; {@link Status#INDEX_OUT_OF_RANGE} with the row for an offset or a feature that
   *     does not exist
   */
  public void scoreCsr(long[] rowOffsets, int[] featureIndices, float[] entries, double[] out, BatchOptions options) {
    ArrayScoring.csr(this, rowOffsets, featureIndices, entries, out, options);
  }

  /**
   * The same for {@code double} values.
   *
   * @param rowOffsets as for {@code float} values
   * @param featureIndices as for {@code float} values
   * @param entries the value of each entry
   * @param out shape (rows, values), or larger
   * @param options threads and base margins
   * @throws ApusException as for {@code float} values
   */
  public void scoreCsr(long[] rowOffsets, int[] featureIndices, double[] entries, double[] out, BatchOptions options) {
    ArrayScoring.csr(this, rowOffsets, featureIndices, entries, out, options);
  }

  /**
   * Scores {@code float} rows in place, from direct memory into direct memory. Rows begin at the position of {@code
   * rows}, results at the position of {@code out}; neither position moves. The memory must stay what it is during the
   * call, and the two must not overlap.
   *
   * @param rows shape (rowCount, features); exactly its remaining elements; direct, native byte order
   * @param rowCount rows; 0 is fine
   * @param out shape (rowCount, values), or larger; direct, native byte order, writable
   * @param options threads and base margins
   * @throws IllegalArgumentException if a buffer is not direct, has a foreign byte order or a negative row count
   * @throws java.nio.ReadOnlyBufferException if {@code out} cannot be written
   */
  public void score(FloatBuffer rows, int rowCount, DoubleBuffer out, BatchOptions options) {
    BufferScoring.rows(this, rows, rowCount, out, options);
  }

  /**
   * The same for {@code double} rows.
   *
   * @param rows shape (rowCount, features); exactly its remaining elements; direct, native byte order
   * @param rowCount rows; 0 is fine
   * @param out shape (rowCount, values), or larger; direct, native byte order, writable
   * @param options threads and base margins
   */
  public void score(DoubleBuffer rows, int rowCount, DoubleBuffer out, BatchOptions options) {
    BufferScoring.rows(this, rows, rowCount, out, options);
  }

  /**
   * The same for {@code float} rows in bytes.
   *
   * @param rows shape (rowCount, features); exactly its remaining bytes, 4 for each value; direct, native byte order,
   *     aligned to 4
   * @param rowCount rows; 0 is fine
   * @param out shape (rowCount, values), or larger; 8 bytes for each; direct, native byte order, writable, aligned to 8
   * @param options threads and base margins
   * @throws ApusException as above; {@link Status#INVALID_ARGUMENT} if a buffer is not aligned
   */
  public void score(ByteBuffer rows, int rowCount, ByteBuffer out, BatchOptions options) {
    BufferScoring.rows(this, rows, rowCount, out, options);
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
   * Ends the use of the scorer. New calls throw at once; the native memory is freed now, or by the last call that is
   * still running. Does not wait, and may be repeated.
   */
  @Override
  public void close() {
    handle.close();
  }
}
