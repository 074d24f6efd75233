package io.github.apusml.apus;

import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.Objects;

/**
 * One check for each rule about the arguments of a scoring call. Native code relies on them, so they compute in
 * {@code long}, where products of two {@code int}s cannot overflow.
 */
final class Arguments {
  private Arguments() {}

  static void row(int length, int features) {
    if (length != features) {
      throw new ApusException(
          Status.FEATURE_COUNT_MISMATCH, "the row has " + length + " features, and the model " + features);
    }
  }

  /** Rows that fill an array exactly. A surplus is refused: it often means rows of another width. */
  static void rows(int length, int rowCount, int features) {
    rowCount(rowCount);
    long needed = (long) rowCount * features;
    if (length != needed) {
      throw new ApusException(
          Status.FEATURE_COUNT_MISMATCH,
          rowCount + " rows of " + features + " features are " + needed + " values, and there are " + length);
    }
  }

  /**
   * Rows of values of {@code valueBytes} bytes that fill a buffer exactly. The product stays below 2 to the power of
   * 62, then is divided.
   */
  static void rowBytes(long bytes, int valueBytes, int rowCount, int features) {
    rowCount(rowCount);
    long needed = (long) rowCount * features;
    if (bytes % valueBytes != 0 || bytes / valueBytes != needed) {
      throw new ApusException(
          Status.FEATURE_COUNT_MISMATCH,
          rowCount
              + " rows of "
              + features
              + " features are "
              + needed
              + " values of "
              + valueBytes
              + " bytes, and there are "
              + bytes
              + " bytes");
    }
  }

  static void rowCount(int rowCount) {
    if (rowCount < 0) {
      throw new IllegalArgumentException("rowCount is " + rowCount);
    }
  }

  /** Rows that begin {@code stride} elements apart, within an array of {@code length}. */
  static void stridedRows(int length, int offset, int stride, int rowCount, int features) {
    rowCount(rowCount);
    if (stride < features) {
      throw new ApusException(
          Status.INVALID_ARGUMENT, "stride is " + stride + ", less than the model's " + features + " features");
    }
    long needed = rowCount == 0 ? 0 : (long) (rowCount - 1) * stride + features;
    if (offset < 0 || offset + needed > length) {
      throw new IndexOutOfBoundsException(
          "rows from " + offset + " to " + (offset + needed) + " of an array of " + length);
    }
  }

  static void out(long capacity, int rowCount, int values) {
    long needed = (long) rowCount * values;
    if (capacity < needed) {
      throw new ApusException(
          Status.BUFFER_TOO_SMALL, "results need " + needed + " elements, and there are " + capacity);
    }
  }

  static void outFrom(int length, int offset, int rowCount, int values) {
    if (offset < 0 || offset > length) {
      throw new IndexOutOfBoundsException("results from " + offset + " in an array of " + length);
    }
    out(length - offset, rowCount, values);
  }

  /**
   * Columns of {@code rowCount} values or more. Another thread may exchange them afterwards; the glue checks once
   * more.
   */
  static void columns(Object[] columns, int rowCount, int features) {
    rowCount(rowCount);
    if (columns.length != features) {
      throw new ApusException(
          Status.FEATURE_COUNT_MISMATCH, "there are " + columns.length + " columns, and the model has " + features);
    }
    for (int i = 0; i < columns.length; i++) {
      Object column = Objects.requireNonNull(columns[i], "a column is null");
      int length = Array.getLength(column);
      if (length < rowCount) {
        throw new IndexOutOfBoundsException("column " + i + " has " + length + " values for " + rowCount + " rows");
      }
    }
  }

  /** Sparse rows: the number of rows. The core checks the offsets and the indices themselves. */
  static int sparse(long[] rowOffsets, int[] featureIndices, int entries) {
    if (rowOffsets.length == 0) {
      throw new ApusException(Status.INVALID_ARGUMENT, "rowOffsets is empty; it has one element more than rows");
    }
    if (featureIndices.length != entries) {
      throw new ApusException(
          Status.INVALID_ARGUMENT,
          "there are " + featureIndices.length + " feature indices for " + entries + " values");
    }
    return rowOffsets.length - 1;
  }

  static void baseMargin(double[] baseMargin, int rowCount, int margins) {
    long needed = (long) rowCount * margins;
    if (baseMargin != null && baseMargin.length != needed) {
      throw new ApusException(
          Status.INVALID_ARGUMENT, "baseMargin has " + baseMargin.length + " values, and the rows need " + needed);
    }
  }

  static void direct(Buffer buffer, ByteOrder order, String name) {
    Objects.requireNonNull(buffer, name);
    if (!buffer.isDirect()) {
      throw new IllegalArgumentException(name + " is not a direct buffer");
    }
    if (order != ByteOrder.nativeOrder()) {
      throw new IllegalArgumentException(
          name + " has byte order " + order + ", not the native " + ByteOrder.nativeOrder());
    }
  }

  static void directOut(Buffer buffer, ByteOrder order) {
    direct(buffer, order, "out");
    if (buffer.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
  }
}
