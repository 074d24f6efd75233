package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class TensorTest {
  @Test
  void everyTypeHasAnArray() {
    for (ElementType type : ElementType.values()) {
      if (type == ElementType.UNKNOWN) {
        assertThrows(IllegalArgumentException.class, () -> Tensor.zeros(type, 2));
        continue;
      }
      Tensor tensor = Tensor.zeros(type, 2, 3);
      assertEquals(type, tensor.element());
      assertEquals(6L * type.size, tensor.bytes);
      assertArrayEquals(new long[] {2, 3}, tensor.shape());
      assertEquals("Tensor[" + type + " [2, 3]]", tensor.toString());
    }
  }

  @Test
  void shapes() {
    assertArrayEquals(new long[0], Tensor.of(new float[] {1}).shape());
    assertArrayEquals(new long[] {0, 7}, Tensor.of(new long[0], 0, 7).shape());
    long[] shape = {2};
    Tensor tensor = Tensor.of(new boolean[2], shape);
    shape[0] = 3;
    tensor.shape()[0] = 4;
    assertArrayEquals(new long[] {2}, tensor.shape());

    ApusException failure = assertThrows(ApusException.class, () -> Tensor.of(new double[5], 2, 3));
    assertEquals("a tensor of the shape [2, 3] has 6 elements of 8 bytes, and there are 40 bytes", failure.getMessage());
    assertEquals(Status.INVALID_ARGUMENT, failure.status());
    assertThrows(ApusException.class, () -> Tensor.of(new float[1], -1, -1));
    assertThrows(ApusException.class, () -> Tensor.of(new float[1], new long[9]));
    // The product of these is 0 in 64 bits.
    assertThrows(ApusException.class, () -> Tensor.of(new float[0], 1L << 32, 1L << 32));
    assertThrows(ApusException.class, () -> Tensor.of(new float[0], Long.MAX_VALUE, 3));
    assertEquals(
        Status.LIMIT_EXCEEDED,
        assertThrows(ApusException.class, () -> Tensor.zeros(ElementType.F32, 1L << 31)).status());
  }

  @Test
  void wrongArrays() {
    assertEquals(
        "elements of type U8 cannot be in a float[]",
        assertThrows(IllegalArgumentException.class, () -> Tensor.of(ElementType.U8, new float[2], 2)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> Tensor.of(ElementType.U8, "text", 2));
    assertThrows(IllegalArgumentException.class, () -> Tensor.of(ElementType.UNKNOWN, new byte[2], 2));
    assertThrows(NullPointerException.class, () -> Tensor.of((float[]) null, 2));
    assertEquals(
        "this tensor of F32 is in a float[]",
        assertThrows(IllegalStateException.class, () -> Tensor.of(new float[2], 2).doubles()).getMessage());
  }

  @Test
  void buffers() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(64).order(ByteOrder.nativeOrder());
    FloatBuffer floats = bytes.asFloatBuffer();
    floats.position(4);
    Tensor tensor = Tensor.of(floats, 3, 4);
    floats.position(0);
    assertEquals(16, tensor.offset);
    assertEquals(48, tensor.bytes);
    assertThrows(IllegalStateException.class, tensor::floats);
    assertEquals(64, Tensor.of(bytes.asDoubleBuffer(), 8).bytes);
    assertEquals(64, Tensor.of(bytes.asLongBuffer(), 8).bytes);
    assertEquals(64, Tensor.of(bytes.asIntBuffer(), 16).bytes);
    assertEquals(64, Tensor.of(ElementType.F16, bytes, 32).bytes);
    assertThrows(ApusException.class, () -> Tensor.of(floats, 15));
    assertThrows(IllegalArgumentException.class, () -> Tensor.of(FloatBuffer.allocate(4), 4));
    ByteBuffer foreign = ByteBuffer.allocateDirect(16).order(ByteOrder.BIG_ENDIAN);
    assertEquals(
        "elements has byte order BIG_ENDIAN, not the native " + ByteOrder.nativeOrder(),
        assertThrows(IllegalArgumentException.class, () -> Tensor.of(foreign.asFloatBuffer(), 4)).getMessage());
  }
}
