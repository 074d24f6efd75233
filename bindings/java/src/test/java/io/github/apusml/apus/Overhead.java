package io.github.apusml.apus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a call costs apart from the model: nanoseconds on a model of one split, for rows of several widths. A program,
 * not a test.
 *
 * <pre>
 * java -cp target/apus-0.1.0.jar:target/test-classes io.github.apusml.apus.Overhead
 * </pre>
 */
final class Overhead {
  private static final int CALLS = 1_000_000;
  private static final int RUNS = 7;

  /** Keeps the results alive. */
  private static volatile double sink;

  private interface Call {
    double run();
  }

  private Overhead() {}

  /** Nanoseconds a call: the best of several runs. */
  private static double measure(Call call) {
    double best = Double.MAX_VALUE;
    for (int run = 0; run < RUNS; run++) {
      double sum = 0;
      long start = System.nanoTime();
      for (int i = 0; i < CALLS; i++) {
        sum += call.run();
      }
      best = Math.min(best, (double) (System.nanoTime() - start) / CALLS);
      sink = sum;
    }
    return best;
  }

  private static void print(String what, int features, Call call) {
    System.out.printf("%-42s %5d features %8.1f ns%n", what, features, measure(call));
  }

  private static void row(int features) {
    float[] floats = new float[features];
    double[] doubles = new double[features];
    double[] out = new double[1];
    FloatBuffer direct =
        ByteBuffer.allocateDirect(features * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    DoubleBuffer directOut = ByteBuffer.allocateDirect(Double.BYTES).order(ByteOrder.nativeOrder()).asDoubleBuffer();
    try (Model model = TinyModel.load(features);
        Scorer scorer = model.scorer()) {
      print("scoreRow(float[])", features, () -> scorer.scoreRow(floats));
      print("scoreRow(double[])", features, () -> scorer.scoreRow(doubles));
      print(
          "score(float[], double[])",
          features,
          () -> {
            scorer.score(floats, out);
            return out[0];
          });
      print(
          "score(float[], 1, double[])",
          features,
          () -> {
            scorer.score(floats, 1, out);
            return out[0];
          });
      print(
          "score(FloatBuffer, 1, DoubleBuffer)",
          features,
          () -> {
            scorer.score(direct, 1, directOut, BatchOptions.DEFAULT);
            return directOut.get(0);
          });
    }
  }

  /**
   * Several threads that share one scorer should cost one call what one thread alone does, while there are processors
   * for them.
   */
  private static void shared(int threads) throws InterruptedException {
    float[] row = new float[30];
    try (Model model = TinyModel.load(row.length);
        Scorer scorer = model.scorer()) {
      AtomicReference<Double> worst = new AtomicReference<>(0.0);
      Thread[] running = new Thread[threads];
      for (int i = 0; i < threads; i++) {
        running[i] =
            new Thread(
                () -> {
                  double time = measure(() -> scorer.scoreRow(row));
                  worst.accumulateAndGet(time, Math::max);
                });
        running[i].start();
      }
      for (Thread thread : running) {
        thread.join();
      }
      System.out.printf("scoreRow(float[]), %d threads on one scorer   30 features %8.1f ns%n", threads, worst.get());
    }
  }

  private static void handle() {
    Object owner = new Object();
    NativeHandle handle = new NativeHandle(owner, "it", 1, address -> {});
    print(
        "handle alone",
        0,
        () -> {
          int use = handle.enter();
          handle.exit(use, owner);
          return use;
        });
    handle.close();
  }

  public static void main(String[] arguments) throws InterruptedException {
    System.out.println("Apus " + Apus.version() + ", " + Apus.instructionSet() + ", Java " + Runtime.version());
    handle();
    for (int features : new int[] {1, 30, 300, 3000}) {
      row(features);
    }
    shared(1);
    shared(2);
  }
}
