package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Native memory comes back: what is closed, and what failed half-way. Measured as the process's resident memory. */
class MemoryTest {
  private static final int REPEATS = 3000;

  /** A third of what a leak of one model in each repetition would be. */
  private static void assertNoGrowth(long bytesEach, Runnable action) throws IOException {
    for (int i = 0; i < REPEATS / 10; i++) {
      action.run();
    }
    long before = resident();
    for (int i = 0; i < REPEATS; i++) {
      action.run();
    }
    long growth = resident() - before;
    long allowed = REPEATS * bytesEach / 3;
    assertTrue(growth < allowed, "grew by " + growth + " bytes, allowed are " + allowed);
  }

  private static long resident() throws IOException {
    String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
    return Long.parseLong(pages[1]) * 4096;
  }

  @Test
  void closedModelsAndScorers() throws IOException {
    byte[] bytes = wide();
    long each;
    try (Model model = Model.load(bytes);
        Scorer scorer = model.scorer()) {
      each = model.info().memoryBytes() + scorer.info().memoryBytes();
    }
    assertTrue(each > 100_000, "too small to be seen: " + each);
    assertNoGrowth(
        each,
        () -> {
          try (Model model = Model.load(bytes);
              Scorer scorer = model.scorer()) {
            assertTrue(scorer.info().valueCount() == 1);
          }
        });
  }

  @Test
  void failedLoads() throws IOException {
    byte[] bytes = wide();
    byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
    assertNoGrowth(cut.length, () -> assertThrows(ApusException.class, () -> Model.load(cut)));
  }

  /** Rows too long for the stack, that are refused, and the same that are scored. */
  @Test
  void rowsOfText() throws IOException {
    String text = "x".repeat(50_000);
    double[] out = new double[2];
    try (Model model = Model.load(Fixtures.named("categories-stored-json").model);
        Scorer scorer = model.scorer(ScorerOptions.builder().unseen(Unseen.MISSING).build());
        Slot slot = new Slot(scorer)) {
      Row refused = model.newRow().set("amount", text);
      Row scored = model.newRow().set("city", text);
      List<Row> rows = List.of(scored, refused);
      assertNoGrowth(
          text.length(),
          () -> {
            assertThrows(ApusException.class, () -> scorer.scoreRow(refused));
            assertThrows(ApusException.class, () -> scorer.score(refused, out));
            assertThrows(ApusException.class, () -> scorer.score(rows, out));
            assertThrows(ApusException.class, () -> slot.scoreRow(refused));
            assertThrows(ApusException.class, () -> slot.score(refused, out));
            slot.score(scored, out);
            scorer.score(scored, out);
          });
    }
  }

  /** A model of many names, so that it is large and quick to load. */
  private static byte[] wide() {
    int features = 5000;
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < features; i++) {
      names.append(i == 0 ? "" : ",").append("\"a feature with a long name of its own, number ").append(i).append('"');
    }
    String json = new String(TinyModel.json(features));
    return json.replace("\"feature_names\":[]", "\"feature_names\":[" + names + "]").getBytes();
  }
}
