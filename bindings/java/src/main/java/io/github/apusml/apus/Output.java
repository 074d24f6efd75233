package io.github.apusml.apus;

/** What a scorer gives for each row. The order is that of {@code apus_output}. */
public enum Output {
  /** After the link: a probability, an expected count, a class label. */
  SCORE,
  /** The sum before the link. */
  MARGIN,
  /** The index of the leaf reached in each tree, as the source library numbers leaves. */
  LEAF
}
