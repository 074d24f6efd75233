package io.github.apusml.apus;

import java.util.List;

/** Rows of values: checks, then one native call inside a handle. What the core says of a feature gets its name. */
final class RowScoring {
  private RowScoring() {}

  static double value(Scorer scorer, Row row) {
    Arguments.row(row.featureCount(), scorer.features);
    Arguments.out(1, 1, scorer.values);
    byte[] block = row.block();
    int use = scorer.handle.enter();
    try {
      return Native.scoreValueOfRow(scorer.handle.address(), block, row.length(block), scorer.features);
    } catch (ApusException failure) {
      throw row.named(failure, false);
    } finally {
      scorer.handle.exit(use, scorer);
    }
  }

  static void row(Scorer scorer, Row row, double[] out) {
    Arguments.row(row.featureCount(), scorer.features);
    Arguments.out(out.length, 1, scorer.values);
    byte[] block = row.block();
    int use = scorer.handle.enter();
    try {
      Native.scoreRow(scorer.handle.address(), block, row.length(block), scorer.features, out, scorer.values);
    } catch (ApusException failure) {
      throw row.named(failure, false);
    } finally {
      scorer.handle.exit(use, scorer);
    }
  }

  static void rows(Scorer scorer, List<Row> list, double[] out, BatchOptions options) {
    Row[] rows = list.toArray(new Row[0]);
    byte[][] blocks = new byte[rows.length][];
    int[] lengths = new int[rows.length];
    int longest = 0;
    for (int r = 0; r < rows.length; r++) {
      if (rows[r].featureCount() != scorer.features) {
        throw new ApusException(
            Status.FEATURE_COUNT_MISMATCH,
            "row " + r + " has " + rows[r].featureCount() + " features, and the model " + scorer.features);
      }
      blocks[r] = rows[r].block();
      lengths[r] = rows[r].length(blocks[r]);
      longest = Math.max(longest, lengths[r]);
    }
    Arguments.out(out.length, rows.length, scorer.values);
    Arguments.baseMargin(options.baseMargin, rows.length, scorer.margins);
    int use = scorer.handle.enter();
    try {
      Native.scoreRowBatch(
          scorer.handle.address(),
          blocks,
          lengths,
          longest,
          scorer.features,
          rows.length,
          out,
          scorer.values,
          options.threads,
          options.baseMargin,
          scorer.margins);
    } catch (ApusException failure) {
      long row = failure.row();
      throw row >= 0 && row < rows.length ? rows[(int) row].named(failure, true) : failure;
    } finally {
      scorer.handle.exit(use, scorer);
    }
  }

  static double value(Slot slot, NativeHandle handle, Row row) {
    byte[] block = row.block();
    int use = handle.enter();
    try {
      return Native.slotScoreValueOfRow(handle.address(), block, row.length(block), row.featureCount());
    } catch (ApusException failure) {
      throw row.named(failure, false);
    } finally {
      handle.exit(use, slot);
    }
  }

  static void row(Slot slot, NativeHandle handle, Row row, double[] out) {
    int capacity = out.length;
    byte[] block = row.block();
    int use = handle.enter();
    try {
      Native.slotScoreRow(handle.address(), block, row.length(block), row.featureCount(), out, capacity);
    } catch (ApusException failure) {
      throw row.named(failure, false);
    } finally {
      handle.exit(use, slot);
    }
  }
}
