package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Options change what they say, and refuse what makes no sense. */
class OptionsTest {
  private final Model model = TinyModel.load(2);

  @AfterEach
  void close() {
    model.close();
  }

  private double score(ScorerOptions options, float... row) {
    try (Scorer scorer = model.scorer(options)) {
      return scorer.scoreRow(row);
    }
  }

  @Test
  void missingValue() {
    ScorerOptions options = ScorerOptions.builder().missingValue(7).build();
    assertEquals(TinyModel.LEFT, score(options, 7, 0));
    assertEquals(TinyModel.RIGHT, score(ScorerOptions.DEFAULT, 7, 0));
    assertEquals(TinyModel.LEFT, score(ScorerOptions.DEFAULT, Float.NaN, 0));
  }

  @Test
  void absent() {
    // A model that sends a missing value right and zero left.
    String json = new String(TinyModel.json(2)).replace("\"default_left\":[1", "\"default_left\":[0");
    double[] expected = {TinyModel.RIGHT, TinyModel.RIGHT, TinyModel.LEFT};
    try (Model other = Model.load(json.getBytes())) {
      for (Absent absent : Absent.values()) {
        try (Scorer scorer = other.scorer(ScorerOptions.builder().absent(absent).build())) {
          double[] out = new double[1];
          scorer.scoreCsr(new long[] {0, 0}, new int[0], new float[0], out, BatchOptions.DEFAULT);
          assertEquals(expected[absent.ordinal()], out[0], absent.toString());
        }
      }
    }
  }

  /**
   * Base margins replace the base score on every way to score a batch; they differ from row to row, across the glue's
   * pieces.
   */
  @Test
  void baseMargin() {
    int rowCount = 50_000;
    float[] rows = new float[2 * rowCount];
    float[][] columns = new float[2][rowCount];
    long[] offsets = new long[rowCount + 1];
    double[] margins = new double[rowCount];
    double[] expected = new double[rowCount];
    for (int r = 0; r < rowCount; r++) {
      rows[2 * r] = columns[0][r] = r % 2;
      offsets[r + 1] = r + 1;
      margins[r] = r;
      expected[r] = r + (r % 2 == 0 ? TinyModel.LEFT : TinyModel.RIGHT);
    }
    ByteBuffer direct = ByteBuffer.allocateDirect(4 * rows.length).order(ByteOrder.nativeOrder());
    direct.asFloatBuffer().put(rows);
    ByteBuffer directOut = ByteBuffer.allocateDirect(8 * rowCount).order(ByteOrder.nativeOrder());
    try (Scorer scorer = model.scorer()) {
      for (int threads : new int[] {1, 2}) {
        BatchOptions options = BatchOptions.DEFAULT.withBaseMargin(margins).withThreads(threads);
        double[] out = new double[rowCount];
        scorer.score(rows, rowCount, out, options);
        Bits.assertSame(expected, out, "rows");
        Arrays.fill(out, 0);
        scorer.scoreColumns(columns, rowCount, out, options);
        Bits.assertSame(expected, out, "columns");
        Arrays.fill(out, 0);
        scorer.scoreCsr(offsets, new int[rowCount], columns[0], out, options);
        Bits.assertSame(expected, out, "csr");
        scorer.score(direct, rowCount, directOut, options);
        directOut.asDoubleBuffer().get(out);
        Bits.assertSame(expected, out, "direct");
      }
    }
  }

  @Test
  void optionsThatTheLibraryRefuses() {
    for (ScorerOptions options :
        new ScorerOptions[] {
          ScorerOptions.builder().engine("warp").build(),
          ScorerOptions.builder().instructionSet("v9").build(),
          ScorerOptions.builder().iterations(0, 2).build(),
          ScorerOptions.builder().iterationsFrom(5).build(),
        }) {
      ApusException failure = assertThrows(ApusException.class, () -> model.scorer(options));
      assertEquals(Status.INVALID_OPTION, failure.status(), failure.getMessage());
    }
    ApusException failure =
        assertThrows(ApusException.class, () -> model.scorer(ScorerOptions.builder().engine("linear").build()));
    assertTrue(failure.getMessage().contains("linear"), failure.getMessage());
  }

  @Test
  void optionsThatTheBuilderRefuses() {
    ScorerOptions.Builder builder = ScorerOptions.builder();
    assertThrows(NullPointerException.class, () -> builder.output(null));
    assertThrows(NullPointerException.class, () -> builder.absent(null));
    assertThrows(IllegalArgumentException.class, () -> builder.iterations(2, 2));
    assertThrows(IllegalArgumentException.class, () -> builder.iterations(-1, 2));
    assertThrows(IllegalArgumentException.class, () -> builder.iterationsFrom(-1));
    assertThrows(IllegalArgumentException.class, () -> BatchOptions.DEFAULT.withThreads(0));
    assertThrows(NullPointerException.class, () -> model.scorer(null));
    ScorerOptions cut = ScorerOptions.builder().engine("reference\0and more").build();
    assertThrows(IllegalArgumentException.class, () -> model.scorer(cut));
  }

  @Test
  void tooManyThreads() {
    BatchOptions options = BatchOptions.DEFAULT.withThreads(1025);
    try (Scorer scorer = model.scorer()) {
      for (int rowCount : new int[] {0, 1}) {
        float[] rows = new float[2 * rowCount];
        ApusException failure =
            assertThrows(ApusException.class, () -> scorer.score(rows, rowCount, new double[1], options));
        assertEquals(Status.INVALID_OPTION, failure.status());
      }
    }
  }
}
