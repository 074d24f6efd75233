package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What models and scorers say about themselves. */
class FactsTest {
  @Test
  void info() {
    try (Model model = TinyModel.load(3)) {
      ModelInfo info = model.info();
      assertEquals(ModelFormat.XGBOOST_JSON, info.format());
      assertEquals("xgboost", info.sourceLibrary());
      assertEquals("2.1.4", info.sourceVersion());
      assertEquals("reg:squarederror", info.objective());
      assertEquals("gbtree", info.booster());
      assertEquals(3, info.featureCount());
      assertEquals(1, info.marginCount());
      assertEquals(1, info.scoreCount());
      assertEquals(32, info.marginBits());
      assertFalse(info.hasFeatureNames());
      assertEquals(1, info.iterationCount());
      assertEquals(-1, info.bestIteration());
      assertEquals(1, info.treeCount());
      assertEquals(1, info.maxDepth());
      assertEquals(3, info.nodeCount());
      assertEquals(2, info.leafCount());
      assertTrue(info.memoryBytes() > 0);
      assertEquals(1, info.attributeCount());
      assertEquals(0, info.categoricalFeatureCount());
      String text = "ModelInfo[xgboost 2.1.4 gbtree reg:squarederror, 3 features, 1 trees, 1 margins, 1 scores]";
      assertEquals(text, info.toString());
      assertEquals(Map.of("note", "tiny"), model.attributes());
    }
  }

  @Test
  void scorerInfo() {
    ScorerOptions options =
        ScorerOptions.builder().output(Output.LEAF).iterations(1, 3).engine("reference").instructionSet("v2").build();
    try (Model model = Model.load(Fixtures.named("forest-boosted-multi").model);
        Scorer scorer = model.scorer(options)) {
      ScorerInfo info = scorer.info();
      assertEquals(Output.LEAF, info.output());
      assertEquals(model.info().featureCount(), info.featureCount());
      assertEquals(model.info().marginCount(), info.marginCount());
      assertEquals(1, info.iterationBegin());
      assertEquals(3, info.iterationEnd());
      assertEquals(2 * model.info().treeCount() / model.info().iterationCount(), info.treeCount());
      assertEquals(info.treeCount(), info.valueCount());
      assertEquals("reference", info.engine());
      assertEquals("v2", info.instructionSet());
      assertTrue(info.memoryBytes() >= 0);
      assertTrue(info.toString().startsWith("ScorerInfo[LEAF, "), info.toString());
    }
  }

  @Test
  void featuresWithoutNames() {
    try (Model model = TinyModel.load(2)) {
      List<Feature> features = model.features();
      assertEquals(2, features.size());
      assertEquals(1, features.get(1).index());
      assertEquals(Optional.empty(), features.get(1).name());
      assertEquals(FeatureKind.UNKNOWN, features.get(1).kind());
      assertEquals(List.of(), features.get(1).categories());
      assertEquals("Feature[1 UNKNOWN, 0 categories]", features.get(1).toString());
      assertEquals(OptionalInt.empty(), model.findFeature("f1"));
      assertThrows(UnsupportedOperationException.class, () -> features.remove(0));
    }
  }

  @Test
  void featuresWithCategories() {
    try (Model model = Model.load(Fixtures.named("categories-stored-json").model)) {
      assertTrue(model.info().hasFeatureNames());
      List<Feature> features = model.features();
      assertEquals(Optional.of("amount"), features.get(0).name());
      assertEquals(FeatureKind.FLOAT, features.get(0).kind());
      int tables = 0;
      for (Feature feature : features) {
        assertEquals(OptionalInt.of(feature.index()), model.findFeature(feature.name().orElseThrow()));
        List<Object> categories = feature.categories();
        tables += categories.isEmpty() ? 0 : 1;
        for (int code = 0; code < categories.size(); code++) {
          assertEquals(FeatureKind.CATEGORICAL, feature.kind());
          Object category = categories.get(code);
          OptionalInt found =
              category instanceof Long
                  ? model.findCategory(feature.index(), (Long) category)
                  : model.findCategory(feature.index(), (String) category);
          assertEquals(OptionalInt.of(code), found, category.toString());
        }
      }
      assertEquals(model.info().categoricalFeatureCount(), tables);
      assertEquals(2, features.stream().flatMap(f -> f.categories().stream()).map(Object::getClass).distinct().count());
    }
  }

  @Test
  void textThatTheTrainerCutIsNotLookedUp() {
    try (Model model = Model.load(Fixtures.named("categories-cut-json").model)) {
      int city = model.findFeature("city").orElseThrow();
      ApusException failure = assertThrows(ApusException.class, () -> model.findCategory(city, "Oslo"));
      assertEquals(Status.INVALID_MODEL, failure.status());
    }
  }

  @Test
  void searchesThatFindNothing() {
    try (Model model = Model.load(Fixtures.named("categories-stored-json").model)) {
      int textual = -1;
      for (Feature feature : model.features()) {
        if (!feature.categories().isEmpty() && feature.categories().get(0) instanceof String) {
          textual = feature.index();
        }
      }
      int feature = textual;
      assertEquals(OptionalInt.empty(), model.findFeature("no such \0 name \uD83D\uDE00"));
      assertEquals(OptionalInt.empty(), model.findCategory(feature, "no such category"));
      assertEquals(OptionalInt.empty(), model.findCategory(feature, 12345L));
      assertThrows(NullPointerException.class, () -> model.findCategory(feature, null));
      assertThrows(NullPointerException.class, () -> model.findFeature(null));
      for (int outside : new int[] {-1, model.info().featureCount(), Integer.MIN_VALUE, Integer.MAX_VALUE}) {
        ApusException failure = assertThrows(ApusException.class, () -> model.findCategory(outside, "a"));
        assertEquals(Status.INDEX_OUT_OF_RANGE, failure.status());
        failure = assertThrows(ApusException.class, () -> model.findCategory(outside, 1));
        assertEquals(Status.INDEX_OUT_OF_RANGE, failure.status());
      }
    }
  }

  @Test
  void library() {
    assertEquals("0.1.0", Apus.version());
    assertTrue(List.of("v2", "v3", "v4", "neon").contains(Apus.instructionSet()));
    Apus.selfTest();
  }

  @Test
  void statusesOfNewerLibraries() {
    ApusException failure = ApusException.fromNative(999, 1, 2, 3, 4, 5, Texts.encode("caf\u00e9"));
    assertEquals(Status.UNKNOWN, failure.status());
    assertEquals(999, failure.statusCode());
    assertEquals(1, failure.tree());
    assertEquals(2, failure.node());
    assertEquals(3, failure.feature());
    assertEquals(4, failure.byteOffset());
    assertEquals(5, failure.row());
    assertEquals("caf\u00e9", failure.getMessage());
  }
}
