package io.github.apusml.apus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tensors in a network's order, as native code takes them. */
final class TensorList {
  /** Numbers of a tensor: its element, 1 if it is in a buffer, where that begins, and its bytes. */
  private static final int NUMBERS = 4;

  /** Arrays of primitives, direct buffers, or null for what is not given. */
  final Object[] data;

  final long[] numbers;

  /** Bytes of all arrays, each rounded up to what aligns the next. */
  long copiedBytes;

  TensorList(int count) {
    this.data = new Object[count];
    this.numbers = new long[count * NUMBERS];
  }

  void set(int index, Tensor tensor) {
    data[index] = tensor.data;
    int first = index * NUMBERS;
    numbers[first] = tensor.element().number;
    numbers[first + 1] = tensor.isDirect() ? 1 : 0;
    numbers[first + 2] = tensor.offset;
    numbers[first + 3] = tensor.bytes;
    if (!tensor.isDirect()) {
      copiedBytes += (tensor.bytes + 7) & ~7L;
    }
  }

  /** All names are those of {@code infos}, and each of them is there. */
  static void checkNames(Map<String, ?> given, List<TensorInfo> infos, String what, String verb) {
    List<String> names = new ArrayList<>(infos.size());
    infos.forEach(info -> names.add(info.name()));
    for (String name : names) {
      if (given.get(name) == null) {
        throw new ApusException(
            Status.NOT_FOUND, "the " + what + " '" + name + "' is missing: the network " + verb + " " + names);
      }
    }
    for (String name : given.keySet()) {
      if (!names.contains(name)) {
        throw new ApusException(
            Status.NOT_FOUND, "there is no " + what + " '" + name + "': the network " + verb + " " + names);
      }
    }
  }
}
