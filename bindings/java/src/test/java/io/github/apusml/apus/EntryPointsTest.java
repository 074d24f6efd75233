package io.github.apusml.apus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every further way to hand over rows gives what {@link Scorer#score(float[], int, double[])} gives, for every case
 * and output.
 */
class EntryPointsTest {
  /** Above several pieces of the glue for any row of the cases, and no multiple of a power of two. */
  private static final int MANY_ROWS = 20_011;

  private static final BatchOptions THREADS = BatchOptions.DEFAULT.withThreads(3);

  @TestFactory
  Stream<DynamicTest> cases() {
    return Fixtures.cases().stream().map(one -> DynamicTest.dynamicTest(one.name, () -> compare(one)));
  }

  private static void compare(ConformanceCase one) {
    try (Model model = Model.load(one.model)) {
      for (Output output : Output.values()) {
        if (output == Output.LEAF && model.info().treeCount() == 0) {
          continue;
        }
        try (Scorer scorer = model.scorer(ScorerOptions.builder().output(output).build())) {
          double[] plain = new double[one.rowCount * scorer.info().valueCount()];
          scorer.score(one.rows, one.rowCount, plain);
          strides(scorer, one, plain);
          columns(scorer, one, plain);
          sparse(scorer, one, model.info().format(), plain);
          direct(scorer, one, plain);
          manyRows(scorer, one, plain);
        }
      }
    }
  }

  private static void strides(Scorer scorer, ConformanceCase one, double[] plain) {
    int stride = one.features + 3;
    int offset = 5;
    float[] floats = new float[offset + one.rowCount * stride];
    Arrays.fill(floats, 1e30f);
    for (int r = 0; r < one.rowCount; r++) {
      System.arraycopy(one.rows, r * one.features, floats, offset + r * stride, one.features);
    }
    for (BatchOptions options : new BatchOptions[] {BatchOptions.DEFAULT, THREADS}) {
      double[] out = new double[plain.length + 4];
      scorer.score(floats, offset, stride, one.rowCount, out, 4, options);
      Bits.assertSame(plain, Arrays.copyOfRange(out, 4, out.length), one.name + ": strided float");
      Arrays.fill(out, 0);
      scorer.score(ConformanceCase.widened(floats), offset, stride, one.rowCount, out, 4, options);
      Bits.assertSame(plain, Arrays.copyOfRange(out, 4, out.length), one.name + ": strided double");
      Bits.assertSame(new double[4], out, 4, one.name + ": before the results");
    }
  }

  private static void columns(Scorer scorer, ConformanceCase one, double[] plain) {
    float[][] floats = transposed(one.rows, one.rowCount, one.features);
    double[][] doubles = new double[one.features][];
    for (int f = 0; f < one.features; f++) {
      doubles[f] = ConformanceCase.widened(floats[f]);
    }
    double[] out = new double[plain.length];
    scorer.scoreColumns(floats, one.rowCount, out, BatchOptions.DEFAULT);
    Bits.assertSame(plain, out, one.name + ": float columns");
    Arrays.fill(out, 0);
    scorer.scoreColumns(doubles, one.rowCount, out, THREADS);
    Bits.assertSame(plain, out, one.name + ": double columns");
  }

  private static float[][] transposed(float[] rows, int rowCount, int features) {
    float[][] columns = new float[features][rowCount];
    for (int i = 0; i < rows.length; i++) {
      columns[i % features][i / features] = rows[i];
    }
    return columns;
  }

  private static void sparse(Scorer scorer, ConformanceCase one, ModelFormat format, double[] plain) {
    long[] offsets = new long[one.rowCount + 1];
    int[] indices = new int[one.rows.length];
    float[] entries = new float[one.rows.length];
    int count = 0;
    for (int i = 0; i < one.rows.length; i++) {
      if (!mayBeAbsent(one.rows[i], format)) {
        indices[count] = i % one.features;
        entries[count++] = one.rows[i];
      }
      offsets[i / one.features + 1] = count;
    }
    indices = Arrays.copyOf(indices, count);
    entries = Arrays.copyOf(entries, count);
    double[] out = new double[plain.length];
    scorer.scoreCsr(offsets, indices, entries, out, BatchOptions.DEFAULT);
    Bits.assertSame(plain, out, one.name + ": float csr");
    Arrays.fill(out, 0);
    scorer.scoreCsr(offsets, indices, ConformanceCase.widened(entries), out, THREADS);
    Bits.assertSame(plain, out, one.name + ": double csr");
  }

  /** What is absent is missing to XGBoost; zero to CatBoost, scikit-learn and to LightGBM, which flushes what is almost zero in dense rows. */
  private static boolean mayBeAbsent(float value, ModelFormat format) {
    switch (format) {
      case LIGHTGBM_TEXT:
        return Math.abs(value) <= 1e-35f;
      case CATBOOST_JSON:
      case CATBOOST_BINARY:
      case APUS:
        return Float.floatToRawIntBits(value) == 0;
      default:
        return Float.isNaN(value);
    }
  }

  private static void direct(Scorer scorer, ConformanceCase one, double[] plain) {
    double[] found = new double[plain.length];
    // Buffers that begin behind their memory's start and have a position, so that each offset counts.
    FloatBuffer floats = bytes(2 + one.rows.length, Float.BYTES).asFloatBuffer();
    floats.position(2);
    floats.put(one.rows).position(2);
    DoubleBuffer out = bytes(1 + plain.length, Double.BYTES).asDoubleBuffer();
    out.position(1);
    scorer.score(floats, one.rowCount, out, BatchOptions.DEFAULT);
    out.get(found);
    Bits.assertSame(plain, found, one.name + ": float buffer");

    DoubleBuffer doubles = bytes(one.rows.length, Double.BYTES).asDoubleBuffer();
    doubles.put(one.rowsAsDoubles()).position(0);
    out = bytes(plain.length, Double.BYTES).asDoubleBuffer();
    scorer.score(doubles, one.rowCount, out, THREADS);
    out.get(found);
    Bits.assertSame(plain, found, one.name + ": double buffer");

    ByteBuffer raw = bytes(one.rows.length + 2, Float.BYTES);
    raw.position(8);
    raw.slice().order(ByteOrder.nativeOrder()).asFloatBuffer().put(one.rows);
    ByteBuffer rawOut = bytes(plain.length + 1, Double.BYTES);
    rawOut.position(8);
    scorer.score(raw, one.rowCount, rawOut, BatchOptions.DEFAULT);
    rawOut.slice().order(ByteOrder.nativeOrder()).asDoubleBuffer().get(found);
    Bits.assertSame(plain, found, one.name + ": byte buffer");
  }

  private static ByteBuffer bytes(int elements, int size) {
    return ByteBuffer.allocateDirect(elements * size).order(ByteOrder.nativeOrder());
  }

  private static void manyRows(Scorer scorer, ConformanceCase one, double[] plain) {
    int values = scorer.info().valueCount();
    float[] rows = new float[MANY_ROWS * one.features];
    double[] expected = new double[MANY_ROWS * values];
    for (int r = 0; r < MANY_ROWS; r++) {
      int from = r % one.rowCount;
      System.arraycopy(one.rows, from * one.features, rows, r * one.features, one.features);
      System.arraycopy(plain, from * values, expected, r * values, values);
    }
    double[] out = new double[expected.length];
    scorer.score(rows, MANY_ROWS, out);
    Bits.assertSame(expected, out, one.name + ": many rows");
    Arrays.fill(out, 0);
    scorer.score(rows, MANY_ROWS, out, THREADS);
    Bits.assertSame(expected, out, one.name + ": many rows, threads");
    Arrays.fill(out, 0);
    scorer.scoreColumns(transposed(rows, MANY_ROWS, one.features), MANY_ROWS, out, BatchOptions.DEFAULT);
    Bits.assertSame(expected, out, one.name + ": many rows in columns");
  }
}
