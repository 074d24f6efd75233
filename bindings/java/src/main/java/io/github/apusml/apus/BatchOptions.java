package io.github.apusml.apus;

/**
 * How to score one batch: threads, and margins to start from. Immutable, except that the array of base margins is the
 * caller's.
 *
 * <pre>{@code
 * scorer.score(rows, rowCount, out, BatchOptions.DEFAULT.withThreads(4));
 * }</pre>
 */
public final class BatchOptions {
  /** The calling thread alone, and the model's own base score. */
  public static final BatchOptions DEFAULT = new BatchOptions(1, null);

  final int threads;
  final double[] baseMargin;

  private BatchOptions(int threads, double[] baseMargin) {
    this.threads = threads;
    this.baseMargin = baseMargin;
  }

  /**
   * The same options with another number of threads. They start and end within the call, and not more than there is
   * work for. The results do not depend on their number.
   *
   * @param threads from 1, the calling thread alone, to 1024; more is refused by the scoring call
   * @return new options
   * @throws IllegalArgumentException if {@code threads} is less than 1
   */
  public BatchOptions withThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads);
    }
    return new BatchOptions(threads, baseMargin);
  }

  /**
   * The same options with margins that replace the model's base score (xgboost's {@code base_margin}).
   *
   * @param baseMargin shape (rows, margins), row by row; not copied here, and read during the call; null for the
   *     model's own
   * @return new options
   */
  public BatchOptions withBaseMargin(double[] baseMargin) {
    return new BatchOptions(threads, baseMargin);
  }
}
