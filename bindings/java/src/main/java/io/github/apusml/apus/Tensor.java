package io.github.apusml.apus;

import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.Objects;

/**
 * Elements of one type in row-major order, with a shape: what a {@link Network} takes and gives.
 *
 * <p>A tensor refers to the caller's array or direct buffer and copies nothing, so one may be filled anew for each
 * call. Arrays are copied on the way to native code, direct buffers are used in place.
 */
public final class Tensor {
  private static final int MOST_AXES = 8;

  private final ElementType element;
  private final long[] shape;

  /** An array of primitives or of {@link String}, or a direct buffer. */
  final Object data;

  /** Where the elements of a buffer begin, in bytes from its address. */
  final long offset;

  final long bytes;

  private Tensor(ElementType element, long[] shape, Object data, long offset, long bytes) {
    Objects.requireNonNull(element, "element");
    this.element = element;
    this.shape = shape.clone();
    this.data = data;
    this.offset = offset;
    this.bytes = bytes;
    long needed = count(this.shape);
    if (element == ElementType.UNKNOWN) {
      throw new IllegalArgumentException("a tensor cannot have elements of an unknown type");
    }
    if (bytes % element.size != 0 || bytes / element.size != needed) {
      throw new ApusException(
          Status.INVALID_ARGUMENT,
          String.format(
              "a tensor of the shape %s has %d elements of %d bytes, and there are %d bytes",
              Arrays.toString(shape), needed, element.size, bytes));
    }
  }

  /** Elements of a shape, which Java's arrays and buffers can hold or not. */
  private static long count(long[] shape) {
    if (shape.length > MOST_AXES) {
      throw new ApusException(
          Status.INVALID_ARGUMENT, "a tensor has at most " + MOST_AXES + " axes, and this one " + shape.length);
    }
    long count = 1;
    boolean isEmpty = false;
    for (long length : shape) {
      if (length < 0) {
        throw new ApusException(Status.INVALID_ARGUMENT, "an axis cannot have the length " + length);
      }
      isEmpty |= length == 0;
      // Above what any array holds the exact number does not matter.
      count = length != 0 && count > (1L << 40) / length ? 1L << 40 : count * Math.max(length, 1);
    }
    return isEmpty ? 0 : count;
  }

  /**
   * A tensor of {@link ElementType#F32}.
   *
   * @param elements as many as the shape has
   * @param shape the length of each axis; none for a single number
   * @return the tensor
   * @throws ApusException {@link Status#INVALID_ARGUMENT} if the shape has another number of elements
   */
  public static Tensor of(float[] elements, long... shape) {
    return of(ElementType.F32, elements, shape);
  }

  /**
   * A tensor of {@link ElementType#F64}.
   *
   * @param elements as many as the shape has
   * @param shape the length of each axis; none for a single number
   * @return the tensor
   * @throws ApusException as for {@code float}
   */
  public static Tensor of(double[] elements, long... shape) {
    return of(ElementType.F64, elements, shape);
  }

  /**
   * A tensor of {@link ElementType#I64}.
   *
   * @param elements as many as the shape has
   * @param shape the length of each axis; none for a single number
   * @return the tensor
   * @throws ApusException as for {@code float}
   */
  public static Tensor of(long[] elements, long... shape) {
    return of(ElementType.I64, elements, shape);
  }

  /**
   * A tensor of {@link ElementType#I32}.
   *
   * @param elements as many as the shape has
   * @param shape the length of each axis; none for a single number
   * @return the tensor
   * @throws ApusException as for {@code float}
   */
  public static Tensor of(int[] elements, long... shape) {
    return of(ElementType.I32, elements, shape);
  }

  /**
   * A tensor of {@link ElementType#BOOL}.
   *
   * @param elements as many as the shape has
   * @param shape the length of each axis; none for a single one
   * @return the tensor
   * @throws ApusException as for {@code float}
   */
  public static Tensor of(boolean[] elements, long... shape) {
    return of(ElementType.BOOL, elements, shape);
  }

  /**
   * A tensor of {@link ElementType#TEXT}.
   *
   * @param elements as many as the shape has, none of them null when a network runs
   * @param shape the length of each axis; none for a single text
   * @return the tensor
   * @throws ApusException as for {@code float}
   */
  public static Tensor of(String[] elements, long... shape) {
    return of(ElementType.TEXT, elements, shape);
  }

  /**
   * A tensor of any type, in the array in which Java holds that type.
   *
   * @param element the type, such as {@link ElementType#U8}
   * @param elements an array of the class that {@link ElementType} tells; as many as the shape has
   * @param shape the length of each axis; none for a single number
   * @return the tensor
   * @throws IllegalArgumentException if {@code elements} is no such array
   * @throws ApusException as for {@code float}
   */
  public static Tensor of(ElementType element, Object elements, long... shape) {
    Objects.requireNonNull(elements, "elements");
    if (!element.isHeldBy(elements)) {
      throw new IllegalArgumentException(
          "elements of type " + element + " cannot be in a " + elements.getClass().getSimpleName());
    }
    return new Tensor(element, shape, elements, 0, (long) Array.getLength(elements) * element.size);
  }

  /**
   * A tensor of {@link ElementType#F32} in direct memory: the remaining elements of a buffer, whose position does not
   * move, now or later.
   *
   * @param elements as many as the shape has; direct, native byte order
   * @param shape the length of each axis; none for a single number
   * @return the tensor
   * @throws IllegalArgumentException if the buffer is not direct or has a foreign byte order
   * @throws ApusException as for arrays
   */
  public static Tensor of(FloatBuffer elements, long... shape) {
    return direct(ElementType.F32, elements.duplicate(), elements.order(), Float.BYTES, shape);
  }

  /**
   * A tensor of {@link ElementType#F64} in direct memory.
   *
   * @param elements as many as the shape has; direct, native byte order
   * @param shape the length of each axis; none for a single number
   * @return the tensor
   */
  public static Tensor of(DoubleBuffer elements, long... shape) {
    return direct(ElementType.F64, elements.duplicate(), elements.order(), Double.BYTES, shape);
  }

  /**
   * A tensor of {@link ElementType#I64} in direct memory.
   *
   * @param elements as many as the shape has; direct, native byte order
   * @param shape the length of each axis; none for a single number
   * @return the tensor
   */
  public static Tensor of(LongBuffer elements, long... shape) {
    return direct(ElementType.I64, elements.duplicate(), elements.order(), Long.BYTES, shape);
  }

  /**
   * A tensor of {@link ElementType#I32} in direct memory.
   *
   * @param elements as many as the shape has; direct, native byte order
   * @param shape the length of each axis; none for a single number
   * @return the tensor
   */
  public static Tensor of(IntBuffer elements, long... shape) {
    return direct(ElementType.I32, elements.duplicate(), elements.order(), Integer.BYTES, shape);
  }

  /**
   * A tensor of any type in direct memory.
   *
   * @param element the type
   * @param elements exactly the bytes that the shape has; direct, native byte order, aligned to the type
   * @param shape the length of each axis; none for a single number
   * @return the tensor
   * @throws IllegalArgumentException as for {@code float}, and for text
   */
  public static Tensor of(ElementType element, ByteBuffer elements, long... shape) {
    if (element == ElementType.TEXT) {
      throw new IllegalArgumentException("text cannot be in a buffer");
    }
    return direct(element, elements.duplicate(), elements.order(), 1, shape);
  }

  /** Of a buffer that nobody else has. {@code size} is that of the buffer's own elements, in bytes. */
  private static Tensor direct(ElementType element, Buffer buffer, ByteOrder order, int size, long[] shape) {
    Arguments.direct(buffer, order, "elements");
    return new Tensor(
        element, shape, buffer, (long) buffer.position() * size, (long) buffer.remaining() * size);
  }

  /**
   * A tensor in a new array of zeros, or of empty texts.
   *
   * @param element the type
   * @param shape the length of each axis; none for a single number
   * @return the tensor
   * @throws ApusException {@link Status#LIMIT_EXCEEDED} if no array is long enough
   */
  public static Tensor zeros(ElementType element, long... shape) {
    long count = count(shape);
    if (count > Integer.MAX_VALUE - 8) {
      throw new ApusException(
          Status.LIMIT_EXCEEDED, "no array holds the elements of the shape " + Arrays.toString(shape));
    }
    return of(element, element.newArray((int) count), shape);
  }

  /**
   * The type of the elements.
   *
   * @return the type
   */
  public ElementType element() {
    return element;
  }

  /**
   * The length of each axis.
   *
   * @return a copy; empty for a single number
   */
  public long[] shape() {
    return shape.clone();
  }

  /** The shape itself, for this package, which does not change it. */
  long[] ownShape() {
    return shape;
  }

  /**
   * The elements of a tensor of {@link ElementType#F32} in an array.
   *
   * @return the array itself
   * @throws IllegalStateException if the tensor is of another type, or in a buffer
   */
  public float[] floats() {
    return held(float[].class);
  }

  /**
   * The elements of a tensor of {@link ElementType#F64} in an array.
   *
   * @return the array itself
   * @throws IllegalStateException if the tensor is of another type, or in a buffer
   */
  public double[] doubles() {
    return held(double[].class);
  }

  /**
   * The elements of a tensor of {@link ElementType#I64} or {@link ElementType#U64} in an array.
   *
   * @return the array itself
   * @throws IllegalStateException if the tensor is of another type, or in a buffer
   */
  public long[] longs() {
    return held(long[].class);
  }

  /**
   * The elements of a tensor of {@link ElementType#I32} or {@link ElementType#U32} in an array.
   *
   * @return the array itself
   * @throws IllegalStateException if the tensor is of another type, or in a buffer
   */
  public int[] ints() {
    return held(int[].class);
  }

  /**
   * The elements of a tensor of 16 bits each in an array.
   *
   * @return the array itself
   * @throws IllegalStateException if the tensor is of another type, or in a buffer
   */
  public short[] shorts() {
    return held(short[].class);
  }

  /**
   * The elements of a tensor of {@link ElementType#I8} or {@link ElementType#U8} in an array.
   *
   * @return the array itself
   * @throws IllegalStateException if the tensor is of another type, or in a buffer
   */
  public byte[] bytes() {
    return held(byte[].class);
  }

  /**
   * The elements of a tensor of {@link ElementType#BOOL} in an array.
   *
   * @return the array itself
   * @throws IllegalStateException if the tensor is of another type, or in a buffer
   */
  public boolean[] booleans() {
    return held(boolean[].class);
  }

  /**
   * The elements of a tensor of {@link ElementType#TEXT}.
   *
   * @return the array itself
   * @throws IllegalStateException if the tensor is of another type
   */
  public String[] texts() {
    return held(String[].class);
  }

  private <T> T held(Class<T> array) {
    if (!array.isInstance(data)) {
      throw new IllegalStateException("this tensor of " + element + " is in a " + data.getClass().getSimpleName());
    }
    return array.cast(data);
  }

  boolean isDirect() {
    return data instanceof Buffer;
  }

  void requireWritable() {
    if (isDirect() && ((Buffer) data).isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
  }

  @Override
  public String toString() {
    return "Tensor[" + element + " " + Arrays.toString(shape) + "]";
  }
}
