package io.github.apusml.apus;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/**
 * Batches in direct buffers: checks, then one native call inside the scorer's handle. Position and limit are read
 * once, because another thread may move them: what was checked is what native code gets.
 */
final class BufferScoring {
  private BufferScoring() {}

  static void rows(Scorer scorer, FloatBuffer rows, int rowCount, DoubleBuffer out, BatchOptions options) {
    Arguments.direct(rows, rows.order(), "rows");
    Arguments.directOut(out, out.order());
    score(scorer, true, rows, Float.BYTES, Float.BYTES, rowCount, out, Double.BYTES, options);
  }

  static void rows(Scorer scorer, DoubleBuffer rows, int rowCount, DoubleBuffer out, BatchOptions options) {
    Arguments.direct(rows, rows.order(), "rows");
    Arguments.directOut(out, out.order());
    score(scorer, false, rows, Double.BYTES, Double.BYTES, rowCount, out, Double.BYTES, options);
  }

  static void rows(Scorer scorer, ByteBuffer rows, int rowCount, ByteBuffer out, BatchOptions options) {
    Arguments.direct(rows, rows.order(), "rows");
    Arguments.directOut(out, out.order());
    score(scorer, true, rows, 1, Float.BYTES, rowCount, out, 1, options);
  }

  /** An element of a buffer has {@code …Element} bytes, a value of a row {@code valueBytes}. */
  private static void score(
      Scorer scorer,
      boolean isFloat,
      Buffer rows,
      int rowsElement,
      int valueBytes,
      int rowCount,
      Buffer out,
      int outElement,
      BatchOptions options) {
    int rowsBegin = rows.position();
    long rowsBytes = (long) (rows.limit() - rowsBegin) * rowsElement;
    int outBegin = out.position();
    long outCapacity = (long) (out.limit() - outBegin) * outElement / Double.BYTES;
    Arguments.rowBytes(rowsBytes, valueBytes, rowCount, scorer.features);
    Arguments.out(outCapacity, rowCount, scorer.values);
    Arguments.baseMargin(options.baseMargin, rowCount, scorer.margins);
    long rowsOffset = (long) rowsBegin * rowsElement;
    long outOffset = (long) outBegin * outElement;
    int use = scorer.handle.enter();
    try {
      if (isFloat) {
        Native.scoreDirectF32(
            scorer.handle.address(),
            rows,
            rowsOffset,
            scorer.features,
            rowCount,
            out,
            outOffset,
            outCapacity,
            options.threads,
            options.baseMargin,
            scorer.margins);
      } else {
        Native.scoreDirectF64(
            scorer.handle.address(),
            rows,
            rowsOffset,
            scorer.features,
            rowCount,
            out,
            outOffset,
            outCapacity,
            options.threads,
            options.baseMargin,
            scorer.margins);
      }
    } finally {
      scorer.handle.exit(use, scorer);
    }
  }
}
