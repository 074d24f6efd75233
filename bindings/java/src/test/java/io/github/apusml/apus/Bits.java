package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.fail;

/** Equality of results: the same bits, where any NaN equals any NaN. */
final class Bits {
  private Bits() {}

  static void assertSame(double[] expected, double[] actual, int count, String what) {
    for (int i = 0; i < count; i++) {
      // doubleToLongBits gives all NaN the same bits, and tells -0 from 0.
      if (Double.doubleToLongBits(expected[i]) != Double.doubleToLongBits(actual[i])) {
        fail(what + ": value " + i + " is " + actual[i] + ", expected " + expected[i]);
      }
    }
  }

  static void assertSame(double[] expected, double[] actual, String what) {
    if (expected.length != actual.length) {
      fail(what + ": " + actual.length + " values, expected " + expected.length);
    }
    assertSame(expected, actual, expected.length, what);
  }
}
