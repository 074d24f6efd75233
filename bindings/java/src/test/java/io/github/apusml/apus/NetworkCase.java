package io.github.apusml.apus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One tensors.txt: a network, inputs, and what the framework that exported it gave for them. */
final class NetworkCase {
  final String name;
  final Path model;
  final Map<String, Tensor> inputs = new LinkedHashMap<>();
  final Map<String, Tensor> outputs = new LinkedHashMap<>();
  final int rowCount;

  private NetworkCase(Path file, Iterator<String[]> lines) {
    this.name = file.getParent().getFileName().toString();
    this.model = file.resolveSibling(lines.next()[1]);
    while (lines.hasNext()) {
      String[] head = lines.next();
      long[] shape = Arrays.stream(head).skip(3).mapToLong(Long::parseLong).toArray();
      Tensor tensor = Tensor.zeros(ElementType.valueOf(head[2].toUpperCase()), shape);
      int place = 0;
      for (long row = 0; row < shape[0]; row++) {
        String[] words = lines.next();
        for (int i = 1; i < words.length; i++) {
          set(tensor, place++, words[i]);
        }
      }
      (head[0].equals("input") ? inputs : outputs).put(head[1], tensor);
    }
    this.rowCount = (int) inputs.values().iterator().next().shape()[0];
  }

  private static void set(Tensor tensor, int place, String word) {
    if (tensor.element() == ElementType.TEXT) {
      tensor.texts()[place] = textOf(word);
      return;
    }
    long bits = Long.parseUnsignedLong(word, 16);
    switch (tensor.element()) {
      case F32:
        tensor.floats()[place] = Float.intBitsToFloat((int) bits);
        break;
      case F64:
        tensor.doubles()[place] = Double.longBitsToDouble(bits);
        break;
      case BOOL:
        tensor.booleans()[place] = bits != 0;
        break;
      default:
        tensor.longs()[place] = bits;
    }
  }

  /** The hexadecimal of UTF-8, or - for the empty text. */
  private static String textOf(String word) {
    byte[] utf8 = new byte[word.length() / 2];
    for (int i = 0; i < utf8.length; i++) {
      utf8[i] = (byte) Integer.parseInt(word.substring(2 * i, 2 * i + 2), 16);
    }
    return new String(utf8, StandardCharsets.UTF_8);
  }

  static NetworkCase read(Path file) {
    try {
      List<String[]> lines =
          Files.readAllLines(file).stream()
              .filter(line -> !line.startsWith("#"))
              .map(line -> line.split(" "))
              .collect(Collectors.toList());
      return new NetworkCase(file, lines.iterator());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static NetworkCase named(String name) {
    return read(Fixtures.FOLDER.resolve("onnx").resolve(name).resolve("tensors.txt"));
  }

  static List<NetworkCase> all() {
    return below("onnx");
  }

  /** Those that take and give text. */
  static List<NetworkCase> ofText() {
    return below("onnx-text");
  }

  /** Every case. That there is none is a fault of the test run, not a success. */
  private static List<NetworkCase> below(String folder) {
    try (Stream<Path> files =
        Files.find(Fixtures.FOLDER.resolve(folder), 2, (path, facts) -> path.endsWith("tensors.txt"))) {
      List<NetworkCase> cases = files.sorted().map(NetworkCase::read).collect(Collectors.toList());
      if (cases.isEmpty()) {
        throw new AssertionError("no tensors.txt below " + Fixtures.FOLDER.toAbsolutePath());
      }
      return cases;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** A network for as many rows. */
  Network network(Model model, long rows) {
    NetworkOptions.Builder options = NetworkOptions.builder();
    inputs.forEach((input, tensor) -> options.shape(input, withRows(tensor, rows)));
    return model.network(options.build());
  }

  /** The inputs of one row. */
  Map<String, Tensor> row(int row) {
    Map<String, Tensor> result = new LinkedHashMap<>();
    inputs.forEach(
        (input, tensor) -> {
          Tensor one = Tensor.zeros(tensor.element(), withRows(tensor, 1));
          int length = Array.getLength(one.data);
          System.arraycopy(tensor.data, row * length, one.data, 0, length);
          result.put(input, one);
        });
    return result;
  }

  private static long[] withRows(Tensor tensor, long rows) {
    long[] shape = tensor.shape();
    shape[0] = rows;
    return shape;
  }

  /** The elements of a tensor in an array as bytes, as they lie in native memory. */
  static ByteBuffer bytes(Tensor tensor) {
    ByteBuffer bytes = ByteBuffer.allocateDirect((int) tensor.bytes).order(ByteOrder.nativeOrder());
    switch (tensor.element()) {
      case F32:
        bytes.asFloatBuffer().put(tensor.floats());
        break;
      case F64:
        bytes.asDoubleBuffer().put(tensor.doubles());
        break;
      case BOOL:
        for (int i = 0; i < tensor.bytes; i++) {
          bytes.put(i, (byte) (tensor.booleans()[i] ? 1 : 0));
        }
        break;
      default:
        bytes.asLongBuffer().put(tensor.longs());
    }
    return bytes;
  }
}
