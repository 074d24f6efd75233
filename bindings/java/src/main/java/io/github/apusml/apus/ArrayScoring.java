package io.github.apusml.apus;

/** Batches in Java arrays: checks, then one native call inside the scorer's handle. */
final class ArrayScoring {
  private ArrayScoring() {}

  static void rows(
      Scorer scorer,
      float[] rows,
      int offset,
      int stride,
      int rowCount,
      double[] out,
      int outOffset,
      BatchOptions options) {
    Arguments.stridedRows(rows.length, offset, stride, rowCount, scorer.features);
    Arguments.outFrom(out.length, outOffset, rowCount, scorer.values);
    Arguments.baseMargin(options.baseMargin, rowCount, scorer.margins);
    int use = scorer.handle.enter();
    try {
      Native.scoreRowsF32(
          scorer.handle.address(),
          rows,
          offset,
          stride,
          scorer.features,
          rowCount,
          out,
          outOffset,
          scorer.values,
          options.threads,
          options.baseMargin,
          scorer.margins);
    } finally {
      scorer.handle.exit(use, scorer);
    }
  }

  static void columns(Scorer scorer, float[][] columns, int rowCount, double[] out, BatchOptions options) {
    Arguments.columns(columns, rowCount, scorer.features);
    Arguments.out(out.length, rowCount, scorer.values);
    Arguments.baseMargin(options.baseMargin, rowCount, scorer.margins);
    int use = scorer.handle.enter();
    try {
      Native.scoreColumnsF32(
          scorer.handle.address(),
          columns,
          scorer.features,
          rowCount,
          out,
          scorer.values,
          options.threads,
          options.baseMargin,
          scorer.margins);
    } finally {
      scorer.handle.exit(use, scorer);
    }
  }

  static void csr(
      Scorer scorer, long[] rowOffsets, int[] featureIndices, float[] entries, double[] out, BatchOptions options) {
    int rowCount = Arguments.sparse(rowOffsets, featureIndices, entries.length);
    Arguments.out(out.length, rowCount, scorer.values);
    Arguments.baseMargin(options.baseMargin, rowCount, scorer.margins);
    int use = scorer.handle.enter();
    try {
      Native.scoreCsrF32(
          scorer.handle.address(),
          rowOffsets,
          rowCount,
          featureIndices,
          entries,
          entries.length,
          scorer.features,
          out,
          scorer.values,
          options.threads,
          options.baseMargin,
          scorer.margins);
    } finally {
      scorer.handle.exit(use, scorer);
    }
  }

  static void rows(
      Scorer scorer,
      double[] rows,
      int offset,
      int stride,
      int rowCount,
      double[] out,
      int outOffset,
      BatchOptions options) {
    Arguments.stridedRows(rows.length, offset, stride, rowCount, scorer.features);
    Arguments.outFrom(out.length, outOffset, rowCount, scorer.values);
    Arguments.baseMargin(options.baseMargin, rowCount, scorer.margins);
    int use = scorer.handle.enter();
    try {
      Native.scoreRowsF64(
          scorer.handle.address(),
          rows,
          offset,
          stride,
          scorer.features,
          rowCount,
          out,
          outOffset,
          scorer.values,
          options.threads,
          options.baseMargin,
          scorer.margins);
    } finally {
      scorer.handle.exit(use, scorer);
    }
  }

  static void columns(Scorer scorer, double[][] columns, int rowCount, double[] out, BatchOptions options) {
    Arguments.columns(columns, rowCount, scorer.features);
    Arguments.out(out.length, rowCount, scorer.values);
    Arguments.baseMargin(options.baseMargin, rowCount, scorer.margins);
    int use = scorer.handle.enter();
    try {
      Native.scoreColumnsF64(
          scorer.handle.address(),
          columns,
          scorer.features,
          rowCount,
          out,
          scorer.values,
          options.threads,
          options.baseMargin,
          scorer.margins);
    } finally {
      scorer.handle.exit(use, scorer);
    }
  }

  static void csr(
      Scorer scorer, long[] rowOffsets, int[] featureIndices, double[] entries, double[] out, BatchOptions options) {
    int rowCount = Arguments.sparse(rowOffsets, featureIndices, entries.length);
    Arguments.out(out.length, rowCount, scorer.values);
    Arguments.baseMargin(options.baseMargin, rowCount, scorer.margins);
    int use = scorer.handle.enter();
    try {
      Native.scoreCsrF64(
          scorer.handle.address(),
          rowOffsets,
          rowCount,
          featureIndices,
          entries,
          entries.length,
          scorer.features,
          out,
          scorer.values,
          options.threads,
          options.baseMargin,
          scorer.margins);
    } finally {
      scorer.handle.exit(use, scorer);
    }
  }
}
