package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The calls for one row make no garbage. */
class AllocationTest {
  private static final int CALLS = 20_000;

  private final com.sun.management.ThreadMXBean threads =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private void assertNoGarbage(String what, Runnable call) {
    long thread = Thread.currentThread().getId();
    call.run();
    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
    long bytes = threads.getThreadAllocatedBytes(thread) - before;
    // The question itself allocates a little; the smallest object in each call would be sixteen bytes.
    assertTrue(bytes < CALLS, what + " allocated " + bytes + " bytes in " + CALLS + " calls");
  }

  @Test
  void rowsOfValues() {
    double[] out = new double[1];
    String[] cities = {"Oslo", "Rome", "a \"b\""};
    int[] next = {0};
    try (Model model = Model.load(Fixtures.named("categories-stored-json").model);
        Scorer scorer = model.scorer();
        Slot slot = new Slot(scorer)) {
      Row row = model.newRow();
      Runnable fill =
          () -> row.clear().set("city", cities[next[0]++ % 3]).set("amount", 12.5).set("port", 8080).set(1, Float.NaN);
      fill.run();
      assertNoGarbage("Row.set", fill);
      assertNoGarbage("scoreRow(Row)", () -> scorer.scoreRow(row));
      assertNoGarbage("score(Row, double[])", () -> scorer.score(row, out));
      assertNoGarbage("Slot.scoreRow(Row)", () -> slot.scoreRow(row));
      assertNoGarbage("Slot.score(Row, double[])", () -> slot.score(row, out));
    }
  }

  @Test
  void oneRow() {
    float[] floats = new float[30];
    double[] doubles = new double[30];
    double[] out = new double[1];
    try (Model model = TinyModel.load(30);
        Scorer scorer = model.scorer();
        Slot slot = new Slot(scorer)) {
      assertNoGarbage("Slot.scoreRow(float[])", () -> slot.scoreRow(floats));
      assertNoGarbage("Slot.score(double[], double[])", () -> slot.score(doubles, out));
      assertNoGarbage("scoreRow(float[])", () -> scorer.scoreRow(floats));
      assertNoGarbage("scoreRow(double[])", () -> scorer.scoreRow(doubles));
      assertNoGarbage("score(float[], double[])", () -> scorer.score(floats, out));
      assertNoGarbage("score(double[], double[])", () -> scorer.score(doubles, out));
      assertNoGarbage("score(float[], 1, double[])", () -> scorer.score(floats, 1, out));
    }
  }
}
