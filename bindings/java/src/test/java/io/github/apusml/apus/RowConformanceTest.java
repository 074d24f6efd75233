package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The trainer's own numbers for rows of values, with the categories themselves in place of their codes. */
class RowConformanceTest {
  /** 2 to the power of 63: from here on a whole number is none of Java's. */
  private static final double BEYOND_LONG = 0x1p63;

  private static final BatchOptions THREADS = BatchOptions.DEFAULT.withThreads(3);

  @TestFactory
  Stream<DynamicTest> cases() {
    return Fixtures.cases().stream().map(one -> DynamicTest.dynamicTest(one.name, () -> replay(one)));
  }

  private static void replay(ConformanceCase one) {
    try (Model model = Model.load(one.model)) {
      List<Feature> features = model.features();
      int[] categories = {0};
      List<Object[]> values = new ArrayList<>();
      for (int r = 0; r < one.rowCount; r++) {
        Object[] row = new Object[one.features];
        for (int f = 0; f < row.length; f++) {
          row[f] = valueOf(one.rows[r * one.features + f], features.get(f), categories);
        }
        values.add(row);
      }
      boolean hasCategories = features.stream().anyMatch(f -> f.takesText() || isOfIntegers(f));
      assertEquals(hasCategories, categories[0] > 0, one.name + ": categories in the rows");
      for (ConformanceCase.Expectation expectation : one.expectations) {
        try (Scorer scorer = model.scorer(expectation.options);
            Slot slot = new Slot(scorer)) {
          alone(model, values, expectation, scorer, slot, one.name);
          together(model, values, expectation, scorer, one.name);
        }
      }
    }
  }

  private static boolean isOfIntegers(Feature feature) {
    return !feature.categories().isEmpty() && feature.categories().get(0) instanceof Long;
  }

  /** The category that a code stands for; with CatBoost the text of a whole number. Anything else as it is. */
  private static Object valueOf(float number, Feature feature, int[] categories) {
    boolean isWhole = number == Math.rint(number) && Math.abs(number) < BEYOND_LONG;
    List<Object> table = feature.categories();
    if (table.isEmpty() && feature.takesText() && isWhole) {
      // A number and its text are the same.
      return categories[0]++ % 3 == 0 ? (Object) (long) number : Long.toString((long) number);
    }
    boolean isCode = isWhole && number >= 0 && number < table.size();
    if (isCode && (feature.takesText() || isOfIntegers(feature))) {
      categories[0]++;
      // Of several equal entries the first is found.
      Object category = table.get((int) number);
      return table.indexOf(category) == (int) number ? category : (Object) number;
    }
    return Float.isNaN(number) ? null : number;
  }

  private static Row rowOf(Model model, Object[] values) {
    Row row = model.newRow();
    for (int feature = 0; feature < values.length; feature++) {
      row.set(feature, values[feature]);
    }
    return row;
  }

  private static void alone(
      Model model,
      List<Object[]> values,
      ConformanceCase.Expectation expectation,
      Scorer scorer,
      Slot slot,
      String name) {
    int count = expectation.valueCount;
    double[] out = new double[count];
    long names = model.features().stream().map(Feature::name).distinct().count();
    boolean hasNames = model.info().hasFeatureNames() && names == model.features().size();
    for (int r = 0; r < values.size(); r++) {
      double[] expected = Arrays.copyOfRange(expectation.values, r * count, (r + 1) * count);
      String what = name + ": " + expectation.line + " row " + r;
      Row row = rowOf(model, values.get(r));
      scorer.score(row, out);
      Bits.assertSame(expected, out, what);
      Arrays.fill(out, 0);
      slot.score(row, out);
      Bits.assertSame(expected, out, what + " of a slot");
      if (hasNames) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (Feature feature : model.features()) {
          named.put(feature.name().orElseThrow(), values.get(r)[feature.index()]);
        }
        scorer.score(model.newRow().set(named), out);
        Bits.assertSame(expected, out, what + " by name");
      }
      if (count == 1) {
        double[] single = {scorer.scoreRow(row), slot.scoreRow(row)};
        Bits.assertSame(new double[] {expected[0], expected[0]}, single, what + " single value");
      }
    }
  }

  private static void together(
      Model model, List<Object[]> values, ConformanceCase.Expectation expectation, Scorer scorer, String name) {
    // More rows than a piece of the glue has.
    int copies = 1 + 500 / values.size();
    List<Row> rows = new ArrayList<>();
    double[] expected = new double[copies * expectation.values.length];
    for (int copy = 0; copy < copies; copy++) {
      values.forEach(one -> rows.add(rowOf(model, one)));
      System.arraycopy(
          expectation.values, 0, expected, copy * expectation.values.length, expectation.values.length);
    }
    double[] out = new double[expected.length];
    scorer.score(rows, out);
    Bits.assertSame(expected, out, name + ": " + expectation.line + " batch");
    Arrays.fill(out, 0);
    scorer.score(rows, out, THREADS);
    Bits.assertSame(expected, out, name + ": " + expectation.line + " threads");
    assertTrue(rows.size() > 500);
  }
}
