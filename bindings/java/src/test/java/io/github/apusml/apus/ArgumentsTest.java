package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Wrong arguments give the promised exception, through every way to score. */
class ArgumentsTest {
  private static final BatchOptions DEFAULT = BatchOptions.DEFAULT;

  private Model model;
  private Scorer scorer;
  private final double[] out = new double[4];

  @BeforeEach
  void load() {
    model = TinyModel.load(3);
    scorer = model.scorer();
  }

  @AfterEach
  void close() {
    scorer.close();
    model.close();
  }

  private static void refused(Status status, String message, Executable call) {
    ApusException failure = assertThrows(ApusException.class, call);
    assertEquals(status, failure.status(), failure.getMessage());
    assertEquals(message, failure.getMessage());
  }

  @Test
  void featureCounts() {
    Status status = Status.FEATURE_COUNT_MISMATCH;
    refused(status, "the row has 2 features, and the model 3", () -> scorer.scoreRow(new float[2]));
    refused(status, "the row has 4 features, and the model 3", () -> scorer.scoreRow(new double[4]));
    refused(status, "the row has 0 features, and the model 3", () -> scorer.score(new float[0], out));
    refused(status, "the row has 9000 features, and the model 3", () -> scorer.score(new double[9000], out));
    String rows = "2 rows of 3 features are 6 values, and there are 7";
    refused(status, rows, () -> scorer.score(new float[7], 2, out));
    refused(status, rows, () -> scorer.score(new double[7], 2, out));
    String columns = "there are 2 columns, and the model has 3";
    refused(status, columns, () -> scorer.scoreColumns(new float[2][5], 1, out, DEFAULT));
    String bytes = "2 rows of 3 features are 6 values of 4 bytes, and there are 28 bytes";
    refused(status, bytes, () -> scorer.score(floats(7), 2, doubles(2), DEFAULT));
    refused(
        status,
        "2147483647 rows of 3 features are 6442450941 values, and there are 3",
        () -> scorer.score(new float[3], Integer.MAX_VALUE, out));
  }

  @Test
  void outWithTooLittleRoom() {
    Status status = Status.BUFFER_TOO_SMALL;
    refused(status, "results need 1 elements, and there are 0", () -> scorer.score(new float[3], new double[0]));
    refused(status, "results need 5 elements, and there are 4", () -> scorer.score(new float[15], 5, out));
    String five = "results need 5 elements, and there are 4";
    refused(status, five, () -> scorer.scoreColumns(new double[3][5], 5, out, DEFAULT));
    refused(status, five, () -> scorer.scoreCsr(new long[6], new int[0], new float[0], out, DEFAULT));
    String two = "results need 2 elements, and there are 1";
    refused(status, two, () -> scorer.score(new double[6], 0, 3, 2, out, 3, DEFAULT));
    refused(status, two, () -> scorer.score(floats(6), 2, doubles(1), DEFAULT));
    refused(status, two, () -> scorer.score(direct(24), 2, direct(15), DEFAULT));
    ScorerOptions options = ScorerOptions.builder().output(Output.LEAF).build();
    try (Model several = Model.load(Fixtures.named("binary-hinge").model);
        Scorer leaves = several.scorer(options)) {
      refused(status, "results need 6 elements, and there are 1", () -> leaves.scoreRow(new float[5]));
    }
  }

  @Test
  void offsetsAndStrides() {
    Class<IndexOutOfBoundsException> outside = IndexOutOfBoundsException.class;
    assertThrows(outside, () -> scorer.score(new float[6], 1, 3, 2, out, 0, DEFAULT));
    assertThrows(outside, () -> scorer.score(new float[6], -1, 3, 1, out, 0, DEFAULT));
    assertThrows(outside, () -> scorer.score(new double[6], 0, 4, 2, out, 0, DEFAULT));
    assertThrows(outside, () -> scorer.score(new float[6], 7, 3, 0, out, 0, DEFAULT));
    assertThrows(outside, () -> scorer.score(new float[6], 0, Integer.MAX_VALUE, Integer.MAX_VALUE, out, 0, DEFAULT));
    assertThrows(outside, () -> scorer.score(new float[6], Integer.MAX_VALUE, 3, 1, out, 0, DEFAULT));
    assertThrows(outside, () -> scorer.score(new float[3], 0, 3, 1, out, -1, DEFAULT));
    assertThrows(outside, () -> scorer.score(new float[3], 0, 3, 1, out, 5, DEFAULT));
    assertThrows(outside, () -> scorer.scoreColumns(new float[][] {{1}, {1, 2}, {1, 2}}, 2, out, DEFAULT));
    refused(
        Status.INVALID_ARGUMENT,
        "stride is 2, less than the model's 3 features",
        () -> scorer.score(new float[6], 0, 2, 2, out, 0, DEFAULT));
    for (int rowCount : new int[] {-1, Integer.MIN_VALUE}) {
      assertThrows(IllegalArgumentException.class, () -> scorer.score(new float[0], rowCount, out));
      assertThrows(IllegalArgumentException.class, () -> scorer.score(new double[3], 0, 3, rowCount, out, 0, DEFAULT));
      assertThrows(IllegalArgumentException.class, () -> scorer.scoreColumns(new float[3][1], rowCount, out, DEFAULT));
      assertThrows(IllegalArgumentException.class, () -> scorer.score(floats(3), rowCount, doubles(1), DEFAULT));
    }
  }

  @Test
  void sparseRows() {
    refused(
        Status.INVALID_ARGUMENT,
        "rowOffsets is empty; it has one element more than rows",
        () -> scorer.scoreCsr(new long[0], new int[0], new float[0], out, DEFAULT));
    refused(
        Status.INVALID_ARGUMENT,
        "there are 1 feature indices for 2 values",
        () -> scorer.scoreCsr(new long[] {0, 2}, new int[1], new double[2], out, DEFAULT));
    long[][] offsets = {{0, 3}, {-1, 2}, {0, 2, 1}, {Long.MIN_VALUE, Long.MAX_VALUE}, {0, 1, 2, 3}};
    for (long[] wrong : offsets) {
      ApusException failure =
          assertThrows(ApusException.class, () -> scorer.scoreCsr(wrong, new int[2], new float[2], out, DEFAULT));
      assertEquals(Status.INDEX_OUT_OF_RANGE, failure.status(), failure.getMessage());
    }
    for (int feature : new int[] {3, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      int[] indices = {0, feature};
      ApusException failure =
          assertThrows(
              ApusException.class,
              () -> scorer.scoreCsr(new long[] {0, 1, 2}, indices, new float[2], out, DEFAULT));
      assertEquals(Status.INDEX_OUT_OF_RANGE, failure.status(), failure.getMessage());
      assertEquals(1, failure.row(), failure.getMessage());
    }
  }

  @Test
  void buffers() {
    Class<IllegalArgumentException> wrong = IllegalArgumentException.class;
    ByteOrder order = ByteOrder.nativeOrder();
    ByteOrder foreign = order == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    assertThrows(wrong, () -> scorer.score(FloatBuffer.allocate(3), 1, doubles(1), DEFAULT));
    assertThrows(wrong, () -> scorer.score(floats(3), 1, DoubleBuffer.allocate(1), DEFAULT));
    assertThrows(wrong, () -> scorer.score(ByteBuffer.allocate(12).order(order), 1, direct(8), DEFAULT));
    assertThrows(wrong, () -> scorer.score(direct(12).order(foreign), 1, direct(8), DEFAULT));
    assertThrows(wrong, () -> scorer.score(direct(12), 1, direct(8).order(foreign), DEFAULT));
    assertThrows(wrong, () -> scorer.score(direct(12).order(foreign).asFloatBuffer(), 1, doubles(1), DEFAULT));
    DoubleBuffer readOnly = doubles(1).asReadOnlyBuffer();
    assertThrows(ReadOnlyBufferException.class, () -> scorer.score(floats(3), 1, readOnly, DEFAULT));
    ByteBuffer oddRows = direct(13).position(1);
    ByteBuffer oddOut = direct(12).position(4);
    for (Executable call :
        new Executable[] {
          () -> scorer.score(oddRows, 1, direct(8), DEFAULT), () -> scorer.score(direct(12), 1, oddOut, DEFAULT)
        }) {
      assertEquals(Status.INVALID_ARGUMENT, assertThrows(ApusException.class, call).status());
    }
  }

  @Test
  void baseMargins() {
    BatchOptions options = DEFAULT.withBaseMargin(new double[3]);
    String message = "baseMargin has 3 values, and the rows need 2";
    Status status = Status.INVALID_ARGUMENT;
    refused(status, message, () -> scorer.score(new float[6], 2, out, options));
    refused(status, message, () -> scorer.score(new double[6], 2, out, options));
    refused(status, message, () -> scorer.scoreColumns(new float[3][2], 2, out, options));
    refused(status, message, () -> scorer.scoreCsr(new long[3], new int[0], new double[0], out, options));
    refused(status, message, () -> scorer.score(floats(6), 2, doubles(2), options));
  }

  @Test
  void nulls() {
    Executable[] calls = {
      () -> scorer.scoreRow((float[]) null),
      () -> scorer.scoreRow((double[]) null),
      () -> scorer.score((float[]) null, out),
      () -> scorer.score(new float[3], null),
      () -> scorer.score((double[]) null, out),
      () -> scorer.score((float[]) null, 1, out),
      () -> scorer.score(new float[3], 1, null),
      () -> scorer.score(new float[3], 1, out, null),
      () -> scorer.score((double[]) null, 1, out),
      () -> scorer.score(new double[3], 0, 3, 1, null, 0, DEFAULT),
      () -> scorer.scoreColumns((float[][]) null, 1, out, DEFAULT),
      () -> scorer.scoreColumns(new double[][] {{1}, null, {1}}, 1, out, DEFAULT),
      () -> scorer.scoreColumns(new float[3][1], 1, null, DEFAULT),
      () -> scorer.scoreCsr(null, new int[0], new float[0], out, DEFAULT),
      () -> scorer.scoreCsr(new long[1], null, new float[0], out, DEFAULT),
      () -> scorer.scoreCsr(new long[1], new int[0], (double[]) null, out, DEFAULT),
      () -> scorer.scoreCsr(new long[1], new int[0], new double[0], out, null),
      () -> scorer.score((FloatBuffer) null, 1, doubles(1), DEFAULT),
      () -> scorer.score(floats(3), 1, (DoubleBuffer) null, DEFAULT),
      () -> scorer.score(floats(3), 1, doubles(1), null),
    };
    for (Executable call : calls) {
      assertThrows(NullPointerException.class, call);
    }
  }

  @Test
  void noRows() {
    double[] nothing = {};
    scorer.score(new float[0], 0, nothing);
    scorer.score(new double[0], 0, nothing);
    scorer.score(new float[3], 3, 3, 0, nothing, 0, DEFAULT);
    scorer.scoreColumns(new float[3][0], 0, nothing, DEFAULT);
    scorer.scoreCsr(new long[1], new int[0], new float[0], nothing, DEFAULT);
    scorer.score(floats(0), 0, doubles(0), DEFAULT);
    scorer.score(direct(0), 0, direct(0), DEFAULT.withBaseMargin(nothing));
  }

  /** Rows that do not fit the glue's stack. */
  @Test
  void wideRows() {
    int features = 70_000;
    try (Model wide = TinyModel.load(features);
        Scorer wideScorer = wide.scorer()) {
      float[] row = new float[features];
      assertEquals(TinyModel.LEFT, wideScorer.scoreRow(row));
      row[0] = 1;
      assertEquals(TinyModel.RIGHT, wideScorer.scoreRow(row));
      wideScorer.score(ConformanceCase.widened(row), out);
      assertEquals(TinyModel.RIGHT, out[0]);
      wideScorer.scoreColumns(new double[features][1], 1, out, DEFAULT);
      assertEquals(TinyModel.LEFT, out[0]);
    }
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private static FloatBuffer floats(int count) {
    return direct(count * Float.BYTES).asFloatBuffer();
  }

  private static DoubleBuffer doubles(int count) {
    return direct(count * Double.BYTES).asDoubleBuffer();
  }
}
