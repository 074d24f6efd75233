package io.github.apusml.apus;

import java.util.Arrays;

/** The type of a tensor's elements. */
public enum ElementType {
  /** Nothing: the file does not say it, or it is a type of a newer library. Tensors of it cannot be made. */
  UNKNOWN(0, 0),
  /** {@code float}. */
  F32(1, Float.BYTES),
  /** A byte without a sign, in {@code byte}. */
  U8(2, Byte.BYTES),
  /** {@code byte}. */
  I8(3, Byte.BYTES),
  /** 16 bits without a sign, in {@code short}. */
  U16(4, Short.BYTES),
  /** {@code short}. */
  I16(5, Short.BYTES),
  /** {@code int}. */
  I32(6, Integer.BYTES),
  /** {@code long}. */
  I64(7, Long.BYTES),
  /** {@link String}, in arrays only. */
  TEXT(8, Long.BYTES),
  /** {@code boolean}; in a buffer a byte, 0 or 1. */
  BOOL(9, 1),
  /** A float of 16 bits, which Java has in {@code short}. */
  F16(10, Short.BYTES),
  /** {@code double}. */
  F64(11, Double.BYTES),
  /** 32 bits without a sign, in {@code int}. */
  U32(12, Integer.BYTES),
  /** 64 bits without a sign, in {@code long}. */
  U64(13, Long.BYTES),
  /** The upper half of a {@code float}, in {@code short}. */
  BF16(16, Short.BYTES);

  /** The number of {@code apus_element}. */
  final int number;

  /** Bytes of an element; of text, of its address. */
  final int size;

  ElementType(int number, int size) {
    this.number = number;
    this.size = size;
  }

  static ElementType of(long number) {
    for (ElementType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    return UNKNOWN;
  }

  /** An array of this type's elements, all zero or the empty text. */
  Object newArray(int length) {
    switch (this) {
      case F32:
        return new float[length];
      case F64:
        return new double[length];
      case U8:
      case I8:
        return new byte[length];
      case TEXT:
        String[] texts = new String[length];
        Arrays.fill(texts, "");
        return texts;
      case BOOL:
        return new boolean[length];
      case U32:
      case I32:
        return new int[length];
      case U64:
      case I64:
        return new long[length];
      default:
        return new short[length];
    }
  }

  /** Whether Java holds such elements in arrays of that class. */
  boolean isHeldBy(Object array) {
    return this != UNKNOWN && newArray(0).getClass() == array.getClass();
  }
}
