package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The trainer's own numbers, for every case, from float and double rows, row by row and as one batch. */
class ConformanceTest {
  @TestFactory
  Stream<DynamicTest> cases() {
    return Fixtures.cases().stream().map(one -> DynamicTest.dynamicTest(one.name, () -> replay(one)));
  }

  private static void replay(ConformanceCase one) {
    try (Model model = Model.load(one.model)) {
      assertEquals(one.features, model.info().featureCount());
      for (ConformanceCase.Expectation expectation : one.expectations) {
        try (Scorer scorer = model.scorer(expectation.options)) {
          assertEquals(expectation.valueCount, scorer.info().valueCount(), one.name);
          batches(one, expectation, scorer);
          rows(one, expectation, scorer);
        }
      }
    }
  }

  private static void batches(ConformanceCase one, ConformanceCase.Expectation expectation, Scorer scorer) {
    double[] out = new double[expectation.values.length];
    scorer.score(one.rows, one.rowCount, out);
    Bits.assertSame(expectation.values, out, one.name + ": " + expectation.line + " float batch");
    Arrays.fill(out, 0);
    scorer.score(one.rowsAsDoubles(), one.rowCount, out);
    Bits.assertSame(expectation.values, out, one.name + ": " + expectation.line + " double batch");
  }

  private static void rows(ConformanceCase one, ConformanceCase.Expectation expectation, Scorer scorer) {
    int values = expectation.valueCount;
    double[] out = new double[values];
    for (int r = 0; r < one.rowCount; r++) {
      float[] row = Arrays.copyOfRange(one.rows, r * one.features, (r + 1) * one.features);
      double[] expected = Arrays.copyOfRange(expectation.values, r * values, (r + 1) * values);
      scorer.score(row, out);
      Bits.assertSame(expected, out, one.name + ": " + expectation.line + " float row " + r);
      Arrays.fill(out, 0);
      scorer.score(ConformanceCase.widened(row), out);
      Bits.assertSame(expected, out, one.name + ": " + expectation.line + " double row " + r);
      if (values == 1) {
        double[] single = {scorer.scoreRow(row), scorer.scoreRow(ConformanceCase.widened(row))};
        double[] twice = {expected[0], expected[0]};
        Bits.assertSame(twice, single, one.name + ": " + expectation.line + " single value " + r);
      }
    }
  }
}
