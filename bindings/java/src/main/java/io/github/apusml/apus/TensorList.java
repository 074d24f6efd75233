package io.github.apusml.apus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tensors in a network's order, as native code takes them. */
final class TensorList {
  /**
   * Numbers of a tensor: its element, 1 if it is in a buffer, where that begins or how many bytes its texts have, and its
   * bytes.
   */
  private static final int NUMBERS = 4;

  private static final byte[] NO_TEXTS = {};

  /**
   * Arrays of primitives, direct buffers, or null for what is not given. Texts are one {@code byte[]}, each with a final
   * zero, which native code puts here for outputs.
   */
  final Object[] data;

  final long[] numbers;

  /** Bytes of all arrays and of the texts behind them, each rounded up to what aligns the next. */
  long copiedBytes;

  TensorList(int count) {
    this.data = new Object[count];
    this.numbers = new long[count * NUMBERS];
  }

  /**
   * A tensor that is read.
   *
   * @param what how messages call it
   */
  void setInput(int index, Tensor tensor, String what) {
    if (tensor.element() == ElementType.TEXT) {
      byte[] texts = Texts.encodeAll(tensor.texts(), what);
      set(index, tensor, texts, texts.length);
    } else {
      set(index, tensor, tensor.data, tensor.offset);
    }
  }

  /** A tensor that is written. */
  void setOutput(int index, Tensor tensor) {
    if (tensor.element() == ElementType.TEXT) {
      set(index, tensor, NO_TEXTS, 0);
    } else {
      set(index, tensor, tensor.data, tensor.offset);
    }
  }

  /** Gives a tensor that was written its texts, if it has some. */
  void takeTexts(int index, Tensor tensor) {
    if (tensor.element() == ElementType.TEXT) {
      Texts.decodeAll((byte[]) data[index], tensor.texts());
    }
  }

  private void set(int index, Tensor tensor, Object held, long offset) {
    data[index] = held;
    int first = index * NUMBERS;
    numbers[first] = tensor.element().number;
    numbers[first + 1] = tensor.isDirect() ? 1 : 0;
    numbers[first + 2] = offset;
    numbers[first + 3] = tensor.bytes;
    if (!tensor.isDirect()) {
      copiedBytes += (tensor.bytes + 7) & ~7L;
    }
    if (tensor.element() == ElementType.TEXT) {
      // With a zero behind the last, whatever there is.
      copiedBytes += (offset + 1 + 7) & ~7L;
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
