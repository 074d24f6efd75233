package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Networks that take and give text. */
class TextTensorTest {
  /** Units in the last place of 1, the sum of a row's probabilities: sums in another order, as for other networks. */
  private static final int MOST_UNITS = 16;

  @TestFactory
  Stream<DynamicTest> cases() {
    return NetworkCase.ofText().stream().map(one -> DynamicTest.dynamicTest(one.name, () -> replay(one)));
  }

  private static void replay(NetworkCase one) {
    try (Model model = Model.load(one.model);
        Network network = one.network(model, one.rowCount);
        Network single = one.network(model, 1)) {
      assertEquals(ElementType.TEXT, model.inputs().get(0).element());
      Map<String, Tensor> found = network.run(one.inputs);
      assertEquals(one.outputs.keySet(), found.keySet());
      assertArrayEquals(one.outputs.get("label").texts(), found.get("label").texts());
      float[] expected = one.outputs.get("probabilities").floats();
      float[] probabilities = found.get("probabilities").floats();
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], probabilities[i], MOST_UNITS * Math.ulp(0.5f));
      }
      for (int row = 0; row < one.rowCount; row++) {
        Map<String, Tensor> alone = single.run(one.row(row));
        assertEquals(found.get("label").texts()[row], alone.get("label").texts()[0]);
        int width = expected.length / one.rowCount;
        assertArrayEquals(
            Arrays.copyOfRange(probabilities, row * width, (row + 1) * width), alone.get("probabilities").floats());
      }
    }
  }

  private static final NetworkCase TREE =
      NetworkCase.ofText().stream().filter(one -> one.name.equals("tree")).findFirst().orElseThrow();

  @Test
  void intoTheCallersArrays() {
    try (Model model = Model.load(TREE.model);
        Network network = TREE.network(model, TREE.rowCount)) {
      Map<String, Tensor> outputs = new HashMap<>();
      String[] labels = new String[TREE.rowCount];
      outputs.put("label", Tensor.of(labels, TREE.rowCount));
      outputs.put("probabilities", Tensor.zeros(ElementType.F32, TREE.rowCount, 3));
      network.run(TREE.inputs, outputs);
      assertSame(labels, outputs.get("label").texts());
      assertArrayEquals(TREE.outputs.get("label").texts(), labels);
    }
  }

  @Test
  void constants() {
    NetworkOptions.Builder options = NetworkOptions.builder();
    TREE.inputs.forEach((name, tensor) -> options.shape(name, tensor.shape()));
    try (Model model = Model.load(TREE.model)) {
      ApusException failure =
          assertThrows(
              ApusException.class, () -> model.network(options.constant("country", TREE.inputs.get("country")).build()));
      assertEquals("the input 'country' is text, which cannot be constant", failure.getMessage());
    }
  }

  @Test
  void refused() {
    try (Model model = Model.load(TREE.model);
        Network network = TREE.network(model, 2)) {
      Map<String, Tensor> inputs = new HashMap<>(TREE.row(0));
      inputs.put("device", Tensor.of(new String[] {"web", "app"}, 2, 1));
      inputs.put("amount", Tensor.of(new float[2], 2, 1));
      String[][] wrong = {{"DE", null}, {"DE", "a\0b"}, {"DE", "a\uD83D"}};
      String[] messages = {" is null", " holds a zero character", " is no Unicode: character 1 is half of a pair"};
      for (int i = 0; i < wrong.length; i++) {
        inputs.put("country", Tensor.of(wrong[i], 2, 1));
        ApusException failure = assertThrows(ApusException.class, () -> network.run(inputs));
        assertEquals("element 1 of the input 'country'" + messages[i], failure.getMessage());
        assertEquals(Status.INVALID_ARGUMENT, failure.status());
      }
      inputs.put("country", Tensor.of(new float[2], 2, 1));
      assertEquals(
          "the input 'country' has elements of type F32, but the network's are TEXT",
          assertThrows(ApusException.class, () -> network.run(inputs)).getMessage());
    }
    assertThrows(
        IllegalArgumentException.class, () -> Tensor.of(ElementType.TEXT, ByteBuffer.allocateDirect(16), 2));
    assertThrows(IllegalStateException.class, () -> Tensor.of(new String[1], 1).floats());
  }

  @Test
  void empty() {
    Tensor none = Tensor.of(new String[0], 0, 1);
    assertEquals(0, none.texts().length);
    assertArrayEquals(new String[] {"", ""}, Tensor.zeros(ElementType.TEXT, 2).texts());
    try (Model model = Model.load(TREE.model);
        Network network = TREE.network(model, 1)) {
      Map<String, Tensor> inputs = new HashMap<>(TREE.row(0));
      inputs.put("country", Tensor.of(new String[] {""}, 1, 1));
      assertTrue(network.run(inputs).get("label").texts()[0].length() > 0);
    }
  }

  /** Larger than what lies on the stack, and texts of many lengths. */
  @Test
  void manyTexts() {
    int count = 5000;
    String[] countries = new String[count];
    String[] devices = new String[count];
    for (int i = 0; i < count; i++) {
      countries[i] = i % 5 == 0 ? "\u00D6sterreich" : "x".repeat(i % 700);
      devices[i] = i % 2 == 0 ? "app" : "W\u00E9b";
    }
    try (Model model = Model.load(TREE.model);
        Network network = TREE.network(model, count);
        Network single = TREE.network(model, 1)) {
      Map<String, Tensor> inputs =
          Map.of(
              "country", Tensor.of(countries, count, 1),
              "device", Tensor.of(devices, count, 1),
              "amount", Tensor.of(new float[count], count, 1));
      String[] labels = network.run(inputs).get("label").texts();
      for (int i = 0; i < count; i += 97) {
        Map<String, Tensor> one =
            Map.of(
                "country", Tensor.of(new String[] {countries[i]}, 1, 1),
                "device", Tensor.of(new String[] {devices[i]}, 1, 1),
                "amount", Tensor.of(new float[1], 1, 1));
        assertEquals(single.run(one).get("label").texts()[0], labels[i]);
      }
    }
  }
}
