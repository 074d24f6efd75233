package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Eight threads that score while others close, exchange, or change the arrays. */
@Timeout(120)
class RaceTest {
  private static final int THREADS = 8;

  private final ExecutorService pool = Executors.newFixedThreadPool(THREADS + 1);

  @AfterEach
  void shutDown() {
    pool.shutdownNow();
  }

  private void together(Callable<?> scoring, Callable<?> disturbing) throws InterruptedException, ExecutionException {
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      running.add(pool.submit(scoring));
    }
    running.add(pool.submit(disturbing));
    for (Future<?> one : running) {
      one.get();
    }
  }

  /** A service that exchanges its model: every call gives the right score, or says "closed" and is repeated. */
  @Test
  void exchangingModels() throws InterruptedException, ExecutionException {
    AtomicReference<Scorer> current = new AtomicReference<>(scorer());
    AtomicInteger scored = new AtomicInteger();
    int exchanges = 2000;
    AtomicInteger left = new AtomicInteger(exchanges);
    together(
        () -> {
          float[] row = {0, 0};
          double[] out = new double[1];
          for (int i = 0; left.get() > 0; i++) {
            row[0] = i % 2;
            try {
              current.get().score(row, out);
            } catch (IllegalStateException closed) {
              assertEquals("this scorer is closed", closed.getMessage());
              continue;
            }
            assertEquals(i % 2 == 0 ? TinyModel.LEFT : TinyModel.RIGHT, out[0]);
            scored.incrementAndGet();
          }
          return null;
        },
        () -> {
          try {
            for (; left.get() > 0; left.decrementAndGet()) {
              Scorer next = scorer();
              current.getAndSet(next).close();
            }
          } finally {
            left.set(0);
          }
          return null;
        });
    current.get().close();
    assertTrue(scored.get() > exchanges, "only " + scored.get() + " rows were scored meanwhile");
  }

  private static Scorer scorer() {
    try (Model model = TinyModel.load(2)) {
      return model.scorer();
    }
  }

  /**
   * Everybody closes at once, in the middle of batches that are running: each object is freed once, after the last
   * batch.
   */
  @Test
  void closingDuringBatches() throws InterruptedException, ExecutionException {
    for (int round = 0; round < 40; round++) {
      Scorer scorer = scorer();
      float[] rows = new float[2 * 100_000];
      AtomicInteger finished = new AtomicInteger();
      together(
          () -> {
            double[] out = new double[100_000];
            try {
              scorer.score(rows, 100_000, out);
              finished.incrementAndGet();
              assertEquals(TinyModel.LEFT, out[99_999]);
            } catch (IllegalStateException closed) {
              assertTrue(scorer.isClosed());
            }
            scorer.close();
            return null;
          },
          () -> {
            Thread.sleep(1);
            scorer.close();
            return null;
          });
    }
  }

  /** The handle alone, where a second release or a use after the release would be seen. */
  @Test
  void handleUnderFire() throws InterruptedException, ExecutionException {
    for (int round = 0; round < 3000; round++) {
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger freed = new AtomicInteger();
      AtomicInteger violations = new AtomicInteger();
      Object owner = new Object();
      NativeHandle handle =
          new NativeHandle(
              owner,
              "it",
              1,
              address -> {
                freed.incrementAndGet();
                violations.addAndGet(inside.get());
              });
      together(
          () -> {
            for (int i = 0; i < 100; i++) {
              int use;
              try {
                use = handle.enter();
              } catch (IllegalStateException closed) {
                return null;
              }
              inside.incrementAndGet();
              violations.addAndGet(freed.get());
              inside.decrementAndGet();
              handle.exit(use, owner);
            }
            return null;
          },
          () -> {
            handle.close();
            return null;
          });
      assertEquals(1, freed.get(), "round " + round);
      assertEquals(0, violations.get(), "round " + round);
    }
  }

  /**
   * Columns that another thread exchanges for shorter ones and for nothing: an exception or some result, and no
   * crash.
   */
  @Test
  void columnsThatChange() throws InterruptedException, ExecutionException {
    int rowCount = 20_000;
    float[] right = new float[rowCount];
    float[][] columns = {right, right};
    AtomicInteger left = new AtomicInteger(300 * THREADS);
    try (Scorer scorer = scorer()) {
      together(
          () -> {
            double[] out = new double[rowCount];
            while (left.getAndDecrement() > 0) {
              try {
                scorer.scoreColumns(columns, rowCount, out, BatchOptions.DEFAULT);
                assertEquals(TinyModel.LEFT, out[rowCount - 1]);
              } catch (NullPointerException | IndexOutOfBoundsException expected) {
                assertTrue(expected.getMessage() != null);
              }
            }
            return null;
          },
          () -> {
            float[][] others = {null, new float[3], right};
            for (int i = 0; left.get() > 0; i++) {
              columns[i % 2] = others[i % 3];
            }
            return null;
          });
    }
  }
}
