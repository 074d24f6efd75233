package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Rows of values: what they hold, what a category means that nobody knows, and what is refused. */
class RowTest {
  /** amount, distance, city with a table of text, port with one of whole numbers. */
  private final Model model = Model.load(Fixtures.named("categories-stored-json").model);

  private final Scorer scorer = model.scorer();

  @AfterEach
  void close() {
    scorer.close();
    model.close();
  }

  private static void assertRefused(Status status, int feature, String message, Executable call) {
    ApusException failure = assertThrows(ApusException.class, call);
    assertEquals(message, failure.getMessage());
    assertEquals(status, failure.status());
    assertEquals(feature, failure.feature());
  }

  private double codes(double amount, double distance, double city, double port) {
    return scorer.scoreRow(new double[] {amount, distance, city, port});
  }

  @Test
  void whatAValueMeans() {
    Row row = model.newRow();
    assertEquals(4, row.featureCount());
    assertEquals(codes(Double.NaN, Double.NaN, Double.NaN, Double.NaN), scorer.scoreRow(row));
    double expected = codes(0.5, 2, 1, 0);
    assertEquals(expected, scorer.scoreRow(row.set("amount", 0.5).set("distance", 2).set("city", "Oslo").set("port", 8080)));
    assertEquals("Row[amount=0.5, distance=2, city=\"Oslo\", port=8080]", row.toString());
    // A double is a code; a whole number is one where the table holds text.
    assertEquals(expected, scorer.scoreRow(row.set("city", 1).set("port", 0.0)));
    assertEquals(codes(0.5, 2, 1, Double.NaN), scorer.scoreRow(row.set("port", (CharSequence) null)));
    assertEquals(codes(0.5, 2, 2, 4), scorer.scoreRow(row.set("city", "").set("port", 1L << 40)));
    // The last category is "x".
    assertEquals(codes(0.5, 2, 5, 4), scorer.scoreRow(row.set("city", 'x')));
    assertEquals("Row[city=\"x\"]", model.newRow().set("city", (Object) 'x').toString());
    assertEquals(codes(Double.NaN, Double.NaN, Double.NaN, 0), scorer.scoreRow(row.clear().set(3, 8080)));
    assertEquals("Row[port=8080]", row.toString());
  }

  @Test
  void valuesByTheirClass() {
    double expected = codes(0.5, 2, 1, 0);
    Object[][] same = {
      {0.5, 2.0, "Oslo", 8080},
      {0.5f, (short) 2, new StringBuilder("Oslo"), 8080L},
      {new BigDecimal("0.5"), (byte) 2, "Oslo", BigInteger.valueOf(8080)},
    };
    for (Object[] values : same) {
      Row row = model.newRow();
      for (int feature = 0; feature < values.length; feature++) {
        row.set(feature, values[feature]);
      }
      assertEquals(expected, scorer.scoreRow(row), Arrays.toString(values));
    }
    assertEquals(codes(1, 0, Double.NaN, Double.NaN), scorer.scoreRow(model.newRow().set("amount", true).set("distance", false)));
    assertEquals(
        codes(0x1p64, Double.NaN, Double.NaN, Double.NaN),
        scorer.scoreRow(model.newRow().set("amount", BigInteger.ONE.shiftLeft(64))));
    assertEquals(
        "feature 0 (\"amount\") has a value of class java.util.ArrayList, which is neither a number nor text",
        assertThrows(IllegalArgumentException.class, () -> model.newRow().set("amount", new ArrayList<>())).getMessage());
  }

  @Test
  void wholeRowsByName() {
    Map<String, Object> values = new HashMap<>(Map.of("amount", 0.5, "distance", 2, "city", "Oslo", "port", 8080));
    Row row = model.newRow().set("amount", 7);
    assertEquals(codes(0.5, 2, 1, 0), scorer.scoreRow(row.set(values)));
    values.put("city", null);
    assertEquals(codes(0.5, 2, Double.NaN, 0), scorer.scoreRow(row.set(values)));
    values.remove("city");
    assertRefused(
        Status.FEATURE_COUNT_MISMATCH,
        2,
        "there is no value for feature 2 (\"city\"): give null where it is missing",
        () -> row.set(values));
    values.put("town", "Oslo");
    assertRefused(Status.NOT_FOUND, -1, "the model has no feature \"town\"", () -> row.set(values));
  }

  @Test
  void namesAndPlaces() {
    Row row = model.newRow();
    assertRefused(Status.NOT_FOUND, -1, "the model has no feature \"Amount\"", () -> row.set("Amount", 1));
    assertThrows(IndexOutOfBoundsException.class, () -> row.set(4, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> row.set(-1, "x"));
    try (Model nameless = TinyModel.load(2);
        Scorer tiny = nameless.scorer()) {
      assertEquals(TinyModel.RIGHT, tiny.scoreRow(nameless.newRow().set(0, 1)));
      assertRefused(
          Status.NOT_FOUND, -1, "the model file holds no feature names: give places", () -> nameless.newRow().set("a", 1));
      assertEquals("Row[0=1.5]", nameless.newRow().set(0, 1.5).toString());
      assertRefused(
          Status.FEATURE_COUNT_MISMATCH, -1, "the row has 4 features, and the model 2", () -> tiny.scoreRow(row));
      assertRefused(
          Status.FEATURE_COUNT_MISMATCH,
          -1,
          "row 1 has 4 features, and the model 2",
          () -> tiny.score(List.of(nameless.newRow(), row), new double[2]));
      try (Slot slot = new Slot(tiny)) {
        assertEquals(
            Status.FEATURE_COUNT_MISMATCH,
            assertThrows(ApusException.class, () -> slot.scoreRow(row)).status());
      }
    }
    String doubled = new String(TinyModel.json(2)).replace("\"feature_names\":[]", "\"feature_names\":[\"a\",\"a\"]");
    try (Model twice = Model.load(doubled.getBytes())) {
      assertRefused(
          Status.INVALID_ARGUMENT,
          -1,
          "the model has several features called \"a\": give places",
          () -> twice.newRow().set("a", 1));
    }
  }

  @Test
  void unseenCategories() {
    double missing = codes(0.5, 2, Double.NaN, 0);
    double noSet = codes(0.5, 2, -1, 0);
    assertNotEquals(missing, noSet, "the model must tell a missing city from one in no set");
    for (Unseen unseen : Unseen.values()) {
      try (Scorer one = model.scorer(ScorerOptions.builder().unseen(unseen).build());
          Slot slot = new Slot(one)) {
        Row row = model.newRow().set("amount", 0.5).set("distance", 2).set("city", "Bergen").set("port", 8080);
        if (unseen == Unseen.MISSING || unseen == Unseen.NO_SET) {
          assertEquals(unseen == Unseen.MISSING ? missing : noSet, one.scoreRow(row));
          continue;
        }
        String what = "feature 2 (\"city\") is \"Bergen\": the value is a category that training did not see";
        assertRefused(Status.NOT_FOUND, 2, what, () -> one.scoreRow(row));
        assertRefused(Status.NOT_FOUND, 2, what, () -> one.score(row, new double[1]));
        assertRefused(Status.NOT_FOUND, 2, what, () -> slot.scoreRow(row));
        assertRefused(Status.NOT_FOUND, 2, what, () -> slot.score(row, new double[1]));
        // Far enough behind the first for a later piece of the glue.
        List<Row> rows = new ArrayList<>();
        for (int r = 0; r < 3000; r++) {
          rows.add(r == 2500 ? row : model.newRow());
        }
        ApusException failure = assertThrows(ApusException.class, () -> one.score(rows, new double[3000]));
        assertEquals("row 2500, " + what, failure.getMessage());
        assertEquals(2500, failure.row());
        assertRefused(
            Status.NOT_FOUND,
            3,
            "feature 3 (\"port\") is 80: the value is a category that training did not see",
            () -> one.scoreRow(row.set("city", "Oslo").set("port", 80)));
      }
    }
    assertThrows(NullPointerException.class, () -> ScorerOptions.builder().unseen(null));
  }

  /** LightGBM takes what it has not seen for missing. */
  @Test
  void unseenCategoriesOfLightGbm() {
    try (Model other = Model.load(Fixtures.named("lightgbm", "text-tables").model);
        Scorer one = other.scorer();
        Scorer strict = other.scorer(ScorerOptions.builder().unseen(Unseen.ERROR).build())) {
      Map<String, Object> known = Map.of("amount", 0.5, "city", "\u5317\u4eac", "port", 1L << 40, "rate", -2);
      Map<String, Object> unknown = Map.of("city", "Bergen", "port", 80, "rate", 7);
      double expected = one.scoreRow(new double[] {0.5, 3, 3, 2});
      assertEquals(expected, one.scoreRow(other.newRow().set(known)));
      for (int feature = 1; feature < 4; feature++) {
        String name = other.features().get(feature).name().orElseThrow();
        double missing = one.scoreRow(other.newRow().set(known).set(feature, (Object) null));
        assertNotEquals(missing, expected, name);
        Row row = other.newRow().set(known).set(name, unknown.get(name));
        assertEquals(missing, one.scoreRow(row), name);
        ApusException failure = assertThrows(ApusException.class, () -> strict.scoreRow(row));
        assertEquals(Status.NOT_FOUND, failure.status());
        assertTrue(failure.getMessage().startsWith("feature " + feature + " (\"" + name + "\") is "), failure.getMessage());
      }
    }
  }

  @Test
  void textWhereThereIsNone() {
    assertRefused(
        Status.INVALID_ARGUMENT,
        0,
        "feature 0 (\"amount\") is \"much\": the value is text, but the feature takes numbers",
        () -> scorer.scoreRow(model.newRow().set("amount", "much")));
    assertRefused(
        Status.INVALID_ARGUMENT,
        3,
        "feature 3 (\"port\") is \"8080\": the value is text, but the feature takes numbers",
        () -> scorer.scoreRow(model.newRow().set("port", "8080")));
    assertRefused(
        Status.INVALID_ARGUMENT,
        0,
        "feature 0 (\"amount\") is \"" + "x\u00e9".repeat(19) + "x\"...: the value is text, but the feature takes numbers",
        () -> scorer.scoreRow(model.newRow().set("amount", "x\u00e9".repeat(19) + "x\uD83D\uDE00".repeat(1000))));
    try (Model cut = Model.load(Fixtures.named("categories-cut-json").model);
        Scorer one = cut.scorer()) {
      assertEquals(
          Status.INVALID_MODEL,
          assertThrows(ApusException.class, () -> one.scoreRow(cut.newRow().set("city", "Oslo"))).status());
      assertTrue(cut.features().get(2).hasDoubtfulCategories());
      assertFalse(cut.features().get(2).takesText());
    }
    boolean[] takesText = {false, false, true, false};
    for (Feature feature : model.features()) {
      assertEquals(takesText[feature.index()], feature.takesText(), feature.toString());
      assertFalse(feature.hasDoubtfulCategories());
    }
    try (Model any = Model.load(Fixtures.named("catboost", "categories").model)) {
      assertTrue(any.features().get(1).takesText());
      assertFalse(any.features().get(2).takesText());
    }
  }

  /** UTF-8 as the file has it: emoji, a zero in the middle, and what is no text at all. */
  @Test
  void unicode() {
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(6); text.length() < length; ) {
        int point = random.nextInt(1 << (1 + random.nextInt(21)));
        if (point <= Character.MAX_CODE_POINT && (point < 0xD800 || point > 0xDFFF)) {
          text.appendCodePoint(point);
        }
      }
      byte[] room = new byte[3 * text.length() + 1];
      int end = Texts.encode(text, room, 1);
      assertEquals(text.toString(), Texts.decode(Arrays.copyOfRange(room, 1, end)));
    }
    assertRefused(
        Status.INVALID_ARGUMENT,
        2,
        "feature 2 (\"city\") has text that is no Unicode: character 1 is half of a pair",
        () -> model.newRow().set("city", "a\uD83D"));
    assertThrows(ApusException.class, () -> model.newRow().set("city", "\uDE00\uD83D"));
    try (Model any = Model.load(Fixtures.named("catboost", "categories").model);
        Scorer one = any.scorer()) {
      // Each text is a category of its own, those with a zero in them too.
      assertEquals(one.scoreRow(any.newRow().set(1, "26")), one.scoreRow(any.newRow().set(1, 26)));
      assertNotEquals(one.scoreRow(any.newRow().set(6, "3")), one.scoreRow(any.newRow().set(6, "3\0")));
      assertEquals("Row[1=\"26\0\uD83D\uDE00\"]", any.newRow().set(1, "26\0\uD83D\uDE00").toString());
    }
  }

  /** Texts of all lengths in one row: rooms grow, and never take each other's. */
  @Test
  void rowsThatAreUsedAgain() {
    try (Model any = Model.load(Fixtures.named("catboost", "categories").model);
        Scorer one = any.scorer()) {
      Row used = any.newRow();
      Random random = new Random(7);
      int[] categorical = {1, 4, 5, 6};
      for (int i = 0; i < 3000; i++) {
        int feature = categorical[random.nextInt(categorical.length)];
        if (random.nextInt(20) == 0) {
          used.clear();
        }
        String text = random.nextBoolean() ? Integer.toString(random.nextInt(40)) : "x".repeat(random.nextInt(300));
        used.set(feature, text);
        Row fresh = any.newRow();
        String shown = used.toString();
        for (int other : categorical) {
          int begin = shown.indexOf(other + "=\"");
          if (begin >= 0) {
            fresh.set(other, shown.substring(begin + 3, shown.indexOf('"', begin + 3)));
          }
        }
        assertTrue(shown.contains(feature + "=\"" + text + '"'));
        assertEquals(one.scoreRow(fresh), one.scoreRow(used), shown);
      }
      assertTrue(used.block().length < 16 * 1024, "a row holds " + used.block().length + " bytes");
    }
  }

  @Test
  void longTexts() {
    try (Model any = Model.load(Fixtures.named("catboost", "categories").model);
        Scorer one = any.scorer()) {
      Row row = any.newRow().set(1, "\uD83D\uDE00".repeat(1 << 20));
      double alone = one.scoreRow(row);
      double[] out = new double[3];
      one.score(List.of(any.newRow(), row, any.newRow()), out);
      assertEquals(alone, out[1]);
      assertEquals(out[0], out[2]);
    }
  }

  @Test
  void results() {
    Row row = model.newRow();
    assertEquals(
        Status.BUFFER_TOO_SMALL,
        assertThrows(ApusException.class, () -> scorer.score(List.of(row, row), new double[1])).status());
    assertThrows(NullPointerException.class, () -> scorer.scoreRow((Row) null));
    assertThrows(NullPointerException.class, () -> scorer.score(Arrays.asList(row, null), new double[2]));
    scorer.score(List.of(), new double[0]);
    double[] out = new double[2];
    try (Scorer margins = model.scorer(ScorerOptions.builder().output(Output.MARGIN).build())) {
      margins.score(List.of(row, row), out, BatchOptions.DEFAULT.withBaseMargin(new double[] {1, 2}));
    }
    assertEquals((float) out[0] + 1, (float) out[1], 1e-6, "margins are sums of floats");
    scorer.close();
    assertThrows(IllegalStateException.class, () -> scorer.scoreRow(row));
    assertThrows(IllegalStateException.class, () -> scorer.score(List.of(row), new double[1]));
    model.close();
    row.set("city", "Oslo");
    try (Model other = Model.load(Fixtures.named("categories-stored-json").model)) {
      other.close();
      assertThrows(IllegalStateException.class, other::newRow);
    }
  }
}
