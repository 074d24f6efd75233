package io.github.apusml.apus;

/**
 * The functions of the JNI glue, {@code src/main/c}. An address is used only between {@link NativeHandle#enter} and
 * {@link NativeHandle#exit}; lengths and offsets were checked by {@link Arguments}. Failures of the core are thrown
 * as {@link ApusException}.
 *
 * <p>Text crosses as UTF-8 in {@code byte[]}. Facts cross in {@code long[]}, in the order of the C header's struct.
 */
final class Native {
  private Native() {}

  /** Opens the core library and checks its ABI version. The answer is null, or UTF-8 text that says why not. */
  static native byte[] open(byte[] path, int length);

  static native byte[] version();

  static native byte[] instructionSet();

  static native void selfTest();

  static native long modelLoadFile(byte[] path, int length, boolean maps, boolean skips, boolean refuses);

  static native long modelLoadBytes(byte[] bytes, int offset, int length);

  static native long modelLoadDirect(Object buffer, int offset, int length);

  static native void modelSaveFile(long model, byte[] path, int length);

  static native void modelRelease(long model);

  static native byte[][] modelInfo(long model, long[] numbers);

  static native byte[] modelFeature(long model, int index, long[] numbers);

  static native byte[] modelCategory(long model, int feature, int code, long[] numbers);

  static native byte[][] modelAttribute(long model, int index);

  static native int modelFindFeature(long model, byte[] name, int length);

  static native int modelFindCategoryText(long model, int feature, byte[] category, int length);

  static native int modelFindCategoryInteger(long model, int feature, long value);

  static native long scorerCreate(
      long model,
      int output,
      int iterationBegin,
      int iterationEnd,
      boolean hasMissingValue,
      double missingValue,
      int absent,
      int unseen,
      int weights,
      byte[] engine,
      byte[] instructionSet);

  static native void scorerRelease(long scorer);

  static native byte[][] scorerInfo(long scorer, long[] numbers);

  static native double scoreValueF32(long scorer, float[] row, int features);

  static native double scoreValueF64(long scorer, double[] row, int features);

  static native void scoreRowF32(long scorer, float[] row, int features, double[] out, int values);

  static native void scoreRowF64(long scorer, double[] row, int features, double[] out, int values);

  static native void scoreRowsF32(
      long scorer,
      float[] rows,
      int offset,
      int stride,
      int features,
      int rowCount,
      double[] out,
      int outOffset,
      int values,
      int threads,
      double[] baseMargin,
      int margins);

  static native void scoreRowsF64(
      long scorer,
      double[] rows,
      int offset,
      int stride,
      int features,
      int rowCount,
      double[] out,
      int outOffset,
      int values,
      int threads,
      double[] baseMargin,
      int margins);

  static native void scoreColumnsF32(
      long scorer,
      float[][] columns,
      int features,
      int rowCount,
      double[] out,
      int values,
      int threads,
      double[] baseMargin,
      int margins);

  static native void scoreColumnsF64(
      long scorer,
      double[][] columns,
      int features,
      int rowCount,
      double[] out,
      int values,
      int threads,
      double[] baseMargin,
      int margins);

  static native void scoreCsrF32(
      long scorer,
      long[] rowOffsets,
      int rowCount,
      int[] featureIndices,
      float[] entries,
      int entryCount,
      int features,
      double[] out,
      int values,
      int threads,
      double[] baseMargin,
      int margins);

  static native void scoreCsrF64(
      long scorer,
      long[] rowOffsets,
      int rowCount,
      int[] featureIndices,
      double[] entries,
      int entryCount,
      int features,
      double[] out,
      int values,
      int threads,
      double[] baseMargin,
      int margins);

  /** Offsets in bytes from the address of the buffer, capacity in doubles. */
  static native void scoreDirectF32(
      long scorer,
      Object rows,
      long rowsOffset,
      int features,
      int rowCount,
      Object out,
      long outOffset,
      long outCapacity,
      int threads,
      double[] baseMargin,
      int margins);

  /** Offsets in bytes from the address of the buffer, capacity in doubles. */
  static native void scoreDirectF64(
      long scorer,
      Object rows,
      long rowsOffset,
      int features,
      int rowCount,
      Object out,
      long outOffset,
      long outCapacity,
      int threads,
      double[] baseMargin,
      int margins);

  /** The block of a {@link Row}, and how much of it is in use. */
  static native double scoreValueOfRow(long scorer, byte[] block, int length, int features);

  static native void scoreRow(long scorer, byte[] block, int length, int features, double[] out, int values);

  static native void scoreRowBatch(
      long scorer,
      byte[][] blocks,
      int[] lengths,
      int longest,
      int features,
      int rowCount,
      double[] out,
      int values,
      int threads,
      double[] baseMargin,
      int margins);

  /** Kinds of tensors for {@link #tensorInfo}. */
  static final int MODEL_INPUT = 0;

  static final int MODEL_OUTPUT = 1;

  static final int NETWORK_INPUT = 2;

  static final int NETWORK_OUTPUT = 3;

  /** Of a model or a network, by the kind. The answer is the name and those of the axes. */
  static native byte[][] tensorInfo(long object, int kind, int index, long[] numbers);

  /** Shapes as {@link NetworkOptions#shapesOf} makes them, constants as a {@link TensorList}; each may be null. */
  static native long networkCreate(
      long model,
      long[] shapes,
      int inputCount,
      Object[] constants,
      long[] numbers,
      long copiedBytes,
      byte[] engine,
      byte[] instructionSet,
      int threads,
      int weights);

  static native void networkRelease(long network);

  static native byte[][] networkInfo(long network, long[] numbers);

  /** A {@link TensorList} of inputs, then outputs. */
  static native void networkRun(long network, Object[] data, long[] numbers, int inputCount, long copiedBytes);

  static native long slotCreate(long scorer);

  static native void slotPublish(long slot, long scorer);

  static native long slotAcquire(long slot);

  static native void slotRelease(long slot);

  static native double slotScoreValueF32(long slot, float[] row, int length);

  static native double slotScoreValueF64(long slot, double[] row, int length);

  static native void slotScoreRowF32(long slot, float[] row, int length, double[] out, int capacity);

  static native void slotScoreRowF64(long slot, double[] row, int length, double[] out, int capacity);

  static native double slotScoreValueOfRow(long slot, byte[] block, int length, int features);

  static native void slotScoreRow(long slot, byte[] block, int length, int features, double[] out, int capacity);
}
