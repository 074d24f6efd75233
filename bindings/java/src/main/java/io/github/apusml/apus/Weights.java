package io.github.apusml.apus;

/** How the matrices of a network's products are kept. The order is that of {@code apus_weights}. */
public enum Weights {
  /** As the file has them. */
  DEFAULT,
  /**
   * 32-bit floats of matrices of more than 4 columns rounded to bfloat16, 8 bits of precision, so that a row alone has
   * half the memory to read. Results differ a little from the exported framework's.
   */
  BFLOAT16
}
