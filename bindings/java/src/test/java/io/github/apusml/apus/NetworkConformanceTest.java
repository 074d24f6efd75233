package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Networks that real frameworks exported: their numbers within a bound, and the bits that C gets. */
class NetworkConformanceTest {
  /** Units in the last place of an output's largest number: Tests/Parity/ONNX/test_networks.py tells why. */
  private static final int MOST_UNITS = 16;

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    List<String> bits = Files.readAllLines(Path.of(Fixtures.property("apus.network.bits")));
    return NetworkCase.all().stream().map(one -> DynamicTest.dynamicTest(one.name, () -> replay(one, bits)));
  }

  private static void replay(NetworkCase one, List<String> bits) throws IOException {
    try (Model model = Model.load(one.model);
        Network network = one.network(model, one.rowCount);
        Network single = one.network(model, 1)) {
      Map<String, Tensor> results = network.run(one.inputs);
      assertEquals(new ArrayList<>(one.outputs.keySet()), new ArrayList<>(results.keySet()));
      results.forEach((name, found) -> assertClose(one.outputs.get(name), found, one.name + " " + name));
      assertEquals(linesOf(one, bits), checksums(one, results));
      assertEquals(checksums(one, results), checksums(one, inBuffers(network, one)));
      assertEquals(checksums(one, results), checksums(one, saved(model, one)));
      for (int row = 0; row < one.rowCount; row++) {
        Map<String, Tensor> alone = single.run(one.row(row));
        for (String name : results.keySet()) {
          ByteBuffer all = NetworkCase.bytes(results.get(name));
          int length = all.capacity() / one.rowCount;
          all.position(row * length).limit((row + 1) * length);
          assertEquals(all, NetworkCase.bytes(alone.get(name)), one.name + " " + name + " row " + row);
        }
      }
    }
  }

  /** What a copy in Apus's own file gives. */
  private static Map<String, Tensor> saved(Model model, NetworkCase one) throws IOException {
    Path path = Files.createTempFile("network", ".apus");
    try {
      model.save(path);
      LoadOptions options = LoadOptions.DEFAULT.withMapping(true).withChecksums(false).withOtherFiles(false);
      try (Model copy = Model.load(path, options);
          Network network = one.network(copy, one.rowCount)) {
        assertEquals(ModelFormat.APUS, copy.info().format());
        return network.run(one.inputs);
      }
    } finally {
      Files.delete(path);
    }
  }

  /** The same from direct memory to direct memory, copied to arrays for the comparison. */
  private static Map<String, Tensor> inBuffers(Network network, NetworkCase one) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    one.inputs.forEach(
        (name, tensor) -> inputs.put(name, Tensor.of(tensor.element(), NetworkCase.bytes(tensor), tensor.shape())));
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    Map<String, ByteBuffer> memory = new LinkedHashMap<>();
    one.outputs.forEach(
        (name, tensor) -> {
          // Behind a position that is not zero.
          ByteBuffer bytes = NetworkCase.bytes(Tensor.zeros(tensor.element(), tensor.shape()[0] * 2, width(tensor)));
          bytes.position(bytes.capacity() / 2);
          memory.put(name, bytes);
          outputs.put(name, Tensor.of(tensor.element(), bytes, tensor.shape()));
        });
    network.run(inputs, outputs);
    Map<String, Tensor> results = new LinkedHashMap<>();
    memory.forEach((name, bytes) -> results.put(name, Tensor.of(outputs.get(name).element(), bytes, outputs.get(name).shape())));
    return results;
  }

  private static long width(Tensor tensor) {
    return tensor.bytes / tensor.element().size / tensor.shape()[0];
  }

  private static List<String> linesOf(NetworkCase one, List<String> lines) {
    return lines.stream().filter(line -> line.startsWith(one.name + " ")).collect(Collectors.toList());
  }

  private static List<String> checksums(NetworkCase one, Map<String, Tensor> results) {
    List<String> lines = new ArrayList<>();
    results.forEach(
        (name, tensor) -> {
          CRC32 sum = new CRC32();
          sum.update(tensor.isDirect() ? remaining((ByteBuffer) tensor.data) : NetworkCase.bytes(tensor));
          lines.add(String.format("%s %s %08x", one.name, name, sum.getValue()));
        });
    return lines;
  }

  private static ByteBuffer remaining(ByteBuffer bytes) {
    return bytes.duplicate();
  }

  private static void assertClose(Tensor expected, Tensor found, String what) {
    assertEquals(expected.element(), found.element(), what);
    if (expected.element() == ElementType.F32) {
      float largest = 0;
      double worst = 0;
      for (int i = 0; i < expected.floats().length; i++) {
        largest = Math.max(largest, Math.abs(expected.floats()[i]));
        worst = Math.max(worst, Math.abs((double) found.floats()[i] - expected.floats()[i]));
      }
      assertTrue(worst <= MOST_UNITS * Math.ulp(largest), what + " differs by " + worst);
    } else if (expected.element() == ElementType.F64) {
      double largest = 0;
      double worst = 0;
      for (int i = 0; i < expected.doubles().length; i++) {
        largest = Math.max(largest, Math.abs(expected.doubles()[i]));
        worst = Math.max(worst, Math.abs(found.doubles()[i] - expected.doubles()[i]));
      }
      assertTrue(worst <= MOST_UNITS * Math.ulp(largest), what + " differs by " + worst);
    } else {
      fail(what + " is of a type that no case had when this was written");
    }
  }
}
