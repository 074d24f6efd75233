package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

class SlotTest {
  private static final float[] LEFT = {0, 0};
  private static final float[] RIGHT = {1, 0};

  private static Scorer tiny(int features) {
    try (Model model = TinyModel.load(features)) {
      return model.scorer();
    }
  }

  /** Leaves in place of scores: 1 for the left one, and 2 for the right one. */
  private static Scorer leaves() {
    try (Model model = TinyModel.load(2)) {
      return model.scorer(ScorerOptions.builder().output(Output.LEAF).build());
    }
  }

  @Test
  void publishedScorersMayBeClosed() {
    Scorer first = tiny(2);
    try (Slot slot = new Slot(first)) {
      first.close();
      double[] out = {7, 7};
      assertEquals(TinyModel.LEFT, slot.scoreRow(LEFT));
      assertEquals(TinyModel.RIGHT, slot.scoreRow(new double[] {1, 0}));
      slot.score(RIGHT, out);
      assertEquals(TinyModel.RIGHT, out[0]);
      slot.score(new double[2], out);
      assertEquals(TinyModel.LEFT, out[0]);
      assertEquals(7, out[1]);

      Scorer second = leaves();
      slot.publish(second);
      second.close();
      assertEquals(1, slot.scoreRow(LEFT));
      assertEquals(2, slot.scoreRow(RIGHT));
    }
  }

  @Test
  void acquiredScorersOutliveTheSlot() {
    Slot slot;
    Scorer acquired;
    try (Scorer scorer = tiny(2);
        Scorer other = leaves()) {
      slot = new Slot(scorer);
      acquired = slot.acquire();
      slot.publish(other);
    }
    assertFalse(slot.isClosed());
    try (Scorer latest = slot.acquire()) {
      assertEquals(Output.LEAF, latest.info().output());
    }
    slot.close();
    slot.close();
    assertTrue(slot.isClosed());
    double[] out = new double[2];
    acquired.score(new float[] {0, 0, 1, 0}, 2, out);
    assertEquals(TinyModel.LEFT, out[0]);
    assertEquals(TinyModel.RIGHT, out[1]);
    acquired.close();
    assertThrows(IllegalStateException.class, () -> acquired.scoreRow(LEFT));
  }

  @Test
  void wrongCalls() {
    try (Scorer scorer = tiny(2);
        Slot slot = new Slot(scorer)) {
      ApusException failure = assertThrows(ApusException.class, () -> slot.scoreRow(new float[3]));
      assertEquals(Status.FEATURE_COUNT_MISMATCH, failure.status());
      assertEquals(Status.FEATURE_COUNT_MISMATCH,
          assertThrows(ApusException.class, () -> slot.score(new double[1], new double[1])).status());
      assertEquals(
          Status.BUFFER_TOO_SMALL,
          assertThrows(ApusException.class, () -> slot.score(LEFT, new double[0])).status());
      assertThrows(NullPointerException.class, () -> slot.scoreRow((float[]) null));
      assertThrows(NullPointerException.class, () -> slot.score(LEFT, null));
      assertThrows(NullPointerException.class, () -> slot.publish(null));
      assertThrows(NullPointerException.class, () -> new Slot(null));

      Scorer closed = tiny(2);
      closed.close();
      for (Executable call : new Executable[] {() -> new Slot(closed), () -> slot.publish(closed)}) {
        assertEquals("this scorer is closed", assertThrows(IllegalStateException.class, call).getMessage());
      }
      assertEquals(TinyModel.LEFT, slot.scoreRow(LEFT));
      slot.close();
      for (Executable call :
          new Executable[] {
            () -> slot.scoreRow(LEFT),
            () -> slot.scoreRow(new double[2]),
            () -> slot.score(LEFT, new double[1]),
            () -> slot.score(new double[2], new double[1]),
            () -> slot.publish(scorer),
            slot::acquire,
          }) {
        assertEquals("this slot is closed", assertThrows(IllegalStateException.class, call).getMessage());
      }
    }
  }

  /** Nobody is ever told "closed", whoever publishes and closes meanwhile; and after the last publish all see it. */
  @Test
  @Timeout(120)
  void swapsUnderFire() throws Exception {
    int threads = 8;
    AtomicInteger left = new AtomicInteger(3000);
    AtomicInteger scored = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(threads + 1);
    try (Scorer first = tiny(2);
        Slot slot = new Slot(first)) {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        boolean acquires = thread == 0;
        running.add(
            pool.submit(
                () -> {
                  while (left.get() > 0) {
                    double score;
                    if (acquires) {
                      try (Scorer scorer = slot.acquire()) {
                        score = scorer.scoreRow(RIGHT);
                      }
                    } else {
                      score = slot.scoreRow(RIGHT);
                    }
                    // The score of one scorer, or the leaf that the other one gives.
                    assertTrue(score == TinyModel.RIGHT || score == 2, "it was " + score);
                    scored.incrementAndGet();
                  }
                  return null;
                }));
      }
      running.add(
          pool.submit(
              () -> {
                try {
                  while (left.getAndDecrement() > 0) {
                    try (Scorer next = left.get() % 2 == 0 ? tiny(2) : leaves()) {
                      slot.publish(next);
                    }
                  }
                } finally {
                  left.set(0);
                }
                return null;
              }));
      for (Future<?> one : running) {
        one.get();
      }
      assertTrue(scored.get() > 3000, "only " + scored.get() + " rows were scored meanwhile");
      slot.publish(first);
      assertEquals(TinyModel.RIGHT, slot.scoreRow(RIGHT));
    } finally {
      pool.shutdownNow();
    }
  }
}
