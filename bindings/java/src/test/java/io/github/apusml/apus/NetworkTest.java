package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** Facts, misuse, lifetimes and threads of networks. */
class NetworkTest {
  private static final NetworkCase GRU = NetworkCase.named("gru");
  private static final NetworkCase DENSE = NetworkCase.named("mlp");

  /**
   * Of a probability. Rounding to bfloat16 moves each weight by at most 2^-9 of itself, up or down; the moves of many
   * weights cancel each other, so that the result moves by no more than one of them does.
   */
  private static final double MOST_ROUNDED = 0x1p-9;

  private static void assertRefused(Status status, String message, Executable call) {
    ApusException failure = assertThrows(ApusException.class, call);
    assertEquals(message, failure.getMessage());
    assertEquals(status, failure.status());
  }

  private static NetworkOptions.Builder rows(long count) {
    return NetworkOptions.builder().shape("events", count, 12, 8).shape("lengths", count);
  }

  @Test
  void facts() {
    try (Model model = Model.load(GRU.model);
        Network network = model.network(rows(3).instructionSet("v2").build())) {
      assertEquals(ModelFormat.ONNX, model.info().format());
      assertEquals(2, model.info().inputCount());
      assertEquals(2, model.info().outputCount());
      assertEquals(0, model.info().featureCount());

      TensorInfo events = model.inputs().get(0);
      assertEquals("events", events.name());
      assertEquals(ElementType.F32, events.element());
      assertArrayEquals(new long[] {-1, -1, 8}, events.shape().get());
      assertEquals(Optional.of("batch"), events.axisName(0));
      assertEquals(Optional.of("steps"), events.axisName(1));
      assertEquals(Optional.empty(), events.axisName(2));
      assertThrows(IndexOutOfBoundsException.class, () -> events.axisName(3));
      assertEquals("TensorInfo[events F32 [-1, -1, 8]]", events.toString());
      assertEquals(ElementType.I64, model.inputs().get(1).element());

      assertEquals("TensorInfo[lengths I64 [3]]", network.inputs().get(1).toString());
      assertEquals("TensorInfo[embedding F32 [3, 24]]", network.outputs().get(1).toString());
      assertEquals(2, network.info().inputCount());
      assertEquals(2, network.info().outputCount());
      assertTrue(network.info().stepCount() > 1);
      assertTrue(network.info().memoryBytes() > 1000);
      assertTrue(network.info().operationCount() > 3 * 12 * 3 * 24 * 8);
      assertEquals("network", network.info().engine());
      assertEquals("v2", network.info().instructionSet());
    }
  }

  @Test
  void rowsAreScoredToo() {
    float[] rows = DENSE.inputs.get("payments").floats();
    try (Model model = Model.load(DENSE.model);
        Scorer scorer = model.scorer();
        Network network = DENSE.network(model, DENSE.rowCount)) {
      double[] scores = new double[DENSE.rowCount];
      scorer.score(rows, DENSE.rowCount, scores);
      float[] found = network.run(DENSE.inputs).get("score").floats();
      for (int row = 0; row < DENSE.rowCount; row++) {
        assertEquals((double) found[row], scores[row]);
      }
    }
  }

  @Test
  void weightsInBfloat16() {
    float[] rows = DENSE.inputs.get("payments").floats();
    NetworkOptions.Builder rounded = NetworkOptions.builder().weights(Weights.BFLOAT16);
    try (Model model = Model.load(DENSE.model);
        Scorer given = model.scorer();
        Scorer scorer = model.scorer(ScorerOptions.builder().weights(Weights.BFLOAT16).build());
        Network one = model.network(rounded.build());
        Network all = model.network(rounded.shape("payments", DENSE.rowCount, 30).build())) {
      double[] expected = new double[DENSE.rowCount];
      double[] scores = new double[DENSE.rowCount];
      given.score(rows, DENSE.rowCount, expected);
      scorer.score(rows, DENSE.rowCount, scores);
      float[] found = all.run(DENSE.inputs).get("score").floats();
      double moved = 0;
      for (int row = 0; row < DENSE.rowCount; row++) {
        moved = Math.max(moved, Math.abs(scores[row] - expected[row]));
        assertEquals(scores[row], scorer.scoreRow(Arrays.copyOfRange(rows, 30 * row, 30 * row + 30)));
        assertEquals(scores[row], (double) one.run(DENSE.row(row)).get("score").floats()[0]);
        assertEquals(scores[row], (double) found[row]);
      }
      assertTrue(moved > 0 && moved <= MOST_ROUNDED, "the scores moved by " + moved);
    }
  }

  @Test
  void weightsThatAreRefused() {
    ScorerOptions options = ScorerOptions.builder().weights(Weights.BFLOAT16).build();
    try (Model model = TinyModel.load(2)) {
      assertRefused(
          Status.INVALID_OPTION,
          "weights are given as bfloat16, which is for networks",
          () -> model.scorer(options));
    }
    try (Model model = Model.load(DENSE.model)) {
      assertRefused(
          Status.INVALID_OPTION,
          "the engine 'reference' has no weights in bfloat16",
          () ->
              model.network(NetworkOptions.builder().engine("reference").weights(Weights.BFLOAT16).build()));
    }
    assertThrows(NullPointerException.class, () -> ScorerOptions.builder().weights(null));
    assertThrows(NullPointerException.class, () -> NetworkOptions.builder().weights(null));
  }

  @Test
  void openAxesHaveTheLengthOne() {
    try (Model model = Model.load(DENSE.model);
        Network network = model.network()) {
      assertArrayEquals(new long[] {1, 30}, network.inputs().get(0).shape().get());
      assertArrayEquals(new long[] {1, 1}, network.run(DENSE.row(0)).get("score").shape());
    }
  }

  @Test
  void constantInputs() {
    try (Model model = Model.load(GRU.model);
        Network whole = model.network(rows(16).build());
        Network known =
            model.network(rows(16).constant("lengths", GRU.inputs.get("lengths")).engine("reference").build());
        Network plain = model.network(rows(16).engine("reference").build())) {
      assertEquals(List.of("events"), names(known.inputs()));
      Map<String, Tensor> events = Map.of("events", GRU.inputs.get("events"));
      assertArrayEquals(
          plain.run(GRU.inputs).get("embedding").floats(), known.run(events).get("embedding").floats());
      assertEquals(List.of("events", "lengths"), names(whole.inputs()));
      NetworkOptions options =
          NetworkOptions.builder().shape("events", 16, 12, 8).constant("lengths", GRU.inputs.get("lengths")).build();
      try (Network shorter = model.network(options)) {
        assertEquals(1, shorter.info().inputCount());
      }
    }
  }

  private static List<String> names(List<TensorInfo> tensors) {
    List<String> names = new ArrayList<>();
    tensors.forEach(tensor -> names.add(tensor.name()));
    return names;
  }

  @Test
  void wrongInputs() {
    Tensor events = GRU.inputs.get("events");
    Tensor lengths = GRU.inputs.get("lengths");
    try (Model model = Model.load(GRU.model);
        Network network = model.network(rows(16).build())) {
      assertRefused(
          Status.NOT_FOUND,
          "the input 'lengths' is missing: the network takes [events, lengths]",
          () -> network.run(Map.of("events", events)));
      assertRefused(
          Status.NOT_FOUND,
          "there is no input 'length': the network takes [events, lengths]",
          () -> network.run(Map.of("events", events, "lengths", lengths, "length", lengths)));
      assertRefused(
          Status.INVALID_ARGUMENT,
          "the input 'events' has the shape [16, 8, 12], but the network is made for [16, 12, 8]",
          () -> network.run(Map.of("events", Tensor.of(events.floats(), 16, 8, 12), "lengths", lengths)));
      assertRefused(
          Status.INVALID_ARGUMENT,
          "the input 'lengths' has elements of type I32, but the network's are I64",
          () -> network.run(Map.of("events", events, "lengths", Tensor.of(new int[16], 16))));
      assertRefused(
          Status.NOT_FOUND,
          "the output 'embedding' is missing: the network gives [score, embedding]",
          () -> network.run(GRU.inputs, Map.of("score", Tensor.zeros(ElementType.F32, 16, 1))));
      Map<String, Tensor> none = new HashMap<>(GRU.inputs);
      none.put("events", null);
      assertRefused(
          Status.NOT_FOUND,
          "the input 'events' is missing: the network takes [events, lengths]",
          () -> network.run(none));
      assertThrows(NullPointerException.class, () -> network.run(null));
    }
  }

  @Test
  void readOnlyOutputs() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(64).order(ByteOrder.nativeOrder());
    Tensor score = Tensor.of(bytes.asFloatBuffer().asReadOnlyBuffer(), 16, 1);
    try (Model model = Model.load(DENSE.model);
        Network network = DENSE.network(model, 16)) {
      assertThrows(ReadOnlyBufferException.class, () -> network.run(DENSE.inputs, Map.of("score", score)));
    }
  }

  @Test
  void misalignedBuffers() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(16 * 4 + 1).order(ByteOrder.nativeOrder());
    bytes.position(1);
    Tensor score = Tensor.of(ElementType.F32, bytes, 16, 1);
    try (Model model = Model.load(DENSE.model);
        Network network = DENSE.network(model, 16)) {
      assertRefused(
          Status.INVALID_ARGUMENT,
          "the output 'score' is not aligned to 4 bytes",
          () -> network.run(DENSE.inputs, Map.of("score", score)));
    }
  }

  @Test
  void wrongOptions() {
    try (Model model = Model.load(GRU.model)) {
      assertRefused(
          Status.NOT_FOUND,
          "there is no input 'event'",
          () -> model.network(NetworkOptions.builder().shape("event", 1, 1, 8).build()));
      assertRefused(
          Status.INVALID_OPTION,
          "axis 2 of 'events' has the length 9, but in the network 8",
          () -> model.network(NetworkOptions.builder().shape("events", 1, 12, 9).build()));
      assertRefused(
          Status.INVALID_OPTION,
          "axis 0 of 'events' has the length -2",
          () -> model.network(NetworkOptions.builder().shape("events", -2, 12, 8).build()));
      assertRefused(
          Status.INVALID_ARGUMENT,
          "the constant 'lengths' has elements of type 6, but the network's are int64",
          () -> model.network(rows(2).constant("lengths", Tensor.of(new int[2], 2)).build()));
      assertRefused(
          Status.INVALID_OPTION,
          "the constant 'lengths' has the shape [3], but the shape that is given is [2]",
          () -> model.network(rows(2).constant("lengths", Tensor.of(new long[3], 3)).build()));
      assertEquals(
          Status.INVALID_OPTION,
          assertThrows(ApusException.class, () -> model.network(rows(2).engine("ranked").build())).status());
      assertEquals(
          "'x' has at most 8 axes, not 9",
          assertThrows(IllegalArgumentException.class, () -> rows(2).shape("x", new long[9])).getMessage());
      assertThrows(IllegalArgumentException.class, () -> model.network(rows(2).engine("a\0b").build()));
    }
    try (Model model = TinyModel.load(2)) {
      assertRefused(Status.UNSUPPORTED, "the model is no network: make a scorer of it", model::network);
      assertEquals(List.of(), model.inputs());
      assertEquals(List.of(), model.outputs());
      assertEquals(0, model.info().inputCount());
    }
  }

  @Test
  void lifetimes() {
    Model model = Model.load(DENSE.model);
    Network network = DENSE.network(model, 16);
    model.close();
    assertEquals("this model is closed", assertThrows(IllegalStateException.class, model::network).getMessage());
    assertEquals("this model is closed", assertThrows(IllegalStateException.class, model::inputs).getMessage());
    assertEquals("this model is closed", assertThrows(IllegalStateException.class, model::outputs).getMessage());
    network.run(DENSE.inputs);
    network.close();
    network.close();
    assertTrue(network.isClosed());
    assertEquals(1, network.inputs().size());
    assertEquals(
        "this network is closed",
        assertThrows(IllegalStateException.class, () -> network.run(DENSE.inputs)).getMessage());
  }

  /** More threads than a network has workspaces, of which some close it while others run. */
  @Test
  @Timeout(120)
  void threads() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(24);
    try (Model model = Model.load(GRU.model)) {
      Network network = GRU.network(model, 16);
      float[] expected = network.run(GRU.inputs).get("embedding").floats();
      CountDownLatch begun = new CountDownLatch(24);
      List<Future<Integer>> running = new ArrayList<>();
      for (int thread = 0; thread < 24; thread++) {
        boolean closes = thread == 0;
        running.add(
            pool.submit(
                () -> {
                  int runs = 0;
                  try {
                    for (; runs < 200; runs++) {
                      assertArrayEquals(expected, network.run(GRU.inputs).get("embedding").floats());
                      if (runs == 0) {
                        begun.countDown();
                      }
                    }
                  } catch (IllegalStateException closed) {
                    assertEquals("this network is closed", closed.getMessage());
                  }
                  if (closes) {
                    // Each of the others has run once: none began after the end.
                    begun.await();
                    network.close();
                  }
                  return runs;
                }));
      }
      for (Future<Integer> one : running) {
        assertTrue(one.get() > 0);
      }
      assertTrue(network.isClosed());
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void resultsAreTheCallersOwn() {
    try (Model model = Model.load(DENSE.model);
        Network network = DENSE.network(model, 16)) {
      Tensor score = Tensor.zeros(ElementType.F32, 16, 1);
      float[] array = score.floats();
      network.run(DENSE.inputs, Map.of("score", score));
      assertSame(array, score.floats());
      assertArrayEquals(network.run(DENSE.inputs).get("score").floats(), array);
    }
  }
}
