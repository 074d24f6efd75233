package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Closing, in one thread. */
class LifetimeTest {
  private static final float[] ROW = {0, 0};

  @Test
  void scorerOutlivesItsModel() {
    Model model = TinyModel.load(2);
    Scorer scorer = model.scorer();
    Feature feature = model.features().get(0);
    model.close();
    assertEquals(TinyModel.LEFT, scorer.scoreRow(ROW));
    assertEquals(0, feature.index());
    scorer.close();
  }

  @Test
  void closingTwiceIsFine() {
    Model model = TinyModel.load(2);
    Scorer scorer = model.scorer();
    assertFalse(scorer.isClosed());
    scorer.close();
    scorer.close();
    assertTrue(scorer.isClosed());
    assertFalse(model.isClosed());
    model.close();
    model.close();
    assertTrue(model.isClosed());
  }

  @Test
  void closedModelRefuses() {
    Model model = TinyModel.load(2);
    model.close();
    for (Executable call :
        new Executable[] {
          model::info,
          model::features,
          model::attributes,
          model::scorer,
          () -> model.findFeature("a"),
          () -> model.findCategory(0, "a"),
          () -> model.findCategory(0, 1),
        }) {
      assertEquals("this model is closed", assertThrows(IllegalStateException.class, call).getMessage());
    }
  }

  @Test
  void closedScorerRefuses() {
    Scorer scorer;
    try (Model model = TinyModel.load(2)) {
      scorer = model.scorer();
    }
    scorer.close();
    double[] out = new double[1];
    BatchOptions options = BatchOptions.DEFAULT;
    ByteBuffer direct = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    ByteBuffer doubles = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
    for (Executable call :
        new Executable[] {
          () -> scorer.scoreRow(ROW),
          () -> scorer.scoreRow(new double[2]),
          () -> scorer.score(ROW, out),
          () -> scorer.score(new double[2], out),
          () -> scorer.score(ROW, 1, out),
          () -> scorer.score(new double[2], 1, out),
          () -> scorer.scoreColumns(new float[2][1], 1, out, options),
          () -> scorer.scoreColumns(new double[2][1], 1, out, options),
          () -> scorer.scoreCsr(new long[2], new int[0], new float[0], out, options),
          () -> scorer.scoreCsr(new long[2], new int[0], new double[0], out, options),
          () -> scorer.score(direct, 1, direct, options),
          () -> scorer.score(direct.asFloatBuffer(), 1, direct.asDoubleBuffer(), options),
          () -> scorer.score(doubles.asDoubleBuffer(), 1, direct.asDoubleBuffer(), options),
        }) {
      IllegalStateException failure = assertThrows(IllegalStateException.class, call);
      assertEquals("this scorer is closed", failure.getMessage());
    }
    assertEquals(1, scorer.info().valueCount());
  }

  /** The handle itself: who is inside keeps the object, the last one out frees it, once. */
  @Test
  void lastUserFrees() {
    List<Long> freed = new ArrayList<>();
    Object owner = new Object();
    NativeHandle handle = new NativeHandle(owner, "it", 42, freed::add);
    int first = handle.enter();
    int second = handle.enter();
    handle.close();
    assertThrows(IllegalStateException.class, handle::enter);
    assertEquals(List.of(), freed);
    handle.exit(first, owner);
    assertEquals(List.of(), freed);
    assertThrows(IllegalStateException.class, handle::enter);
    handle.exit(second, owner);
    assertEquals(List.of(42L), freed);
    handle.close();
    assertThrows(IllegalStateException.class, handle::enter);
    assertEquals(List.of(42L), freed);
  }

  /** The garbage collector frees what nobody closed, and spares what a call still uses. */
  @Test
  void collectorIsTheSafetyNet() throws InterruptedException {
    AtomicLong freed = new AtomicLong();
    NativeHandle handle = new NativeHandle(new Object(), "it", 42, freed::set);
    int use = handle.enter();
    waitFor(handle::isClosed);
    assertEquals(0, freed.get());
    handle.exit(use, null);
    assertEquals(42, freed.get());
  }

  /** Objects that are garbage as soon as their call began: the call must not see them closed. */
  @Test
  void unreachableScorersFinishTheirCalls() throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    Thread collector =
        new Thread(
            () -> {
              while (calls.get() < 500) {
                System.gc();
              }
            });
    collector.start();
    try {
      for (; calls.get() < 500; calls.incrementAndGet()) {
        assertEquals(TinyModel.LEFT, TinyModel.load(2).scorer().scoreRow(ROW));
      }
    } finally {
      calls.set(500);
      collector.join();
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void waitFor(Condition condition) throws InterruptedException {
    for (int i = 0; i < 1000 && !condition.holds(); i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertTrue(condition.holds(), "not collected in 10 seconds");
  }
}
