package io.github.apusml.apus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One case.txt: a model, rows, and the bits that its trainer gave for them. */
final class ConformanceCase {
  /** Results for all rows under one set of options. */
  static final class Expectation {
    final String line;
    final ScorerOptions options;
    final int valueCount;
    final double[] values;

    Expectation(String line, ScorerOptions options, int valueCount, double[] values) {
      this.line = line;
      this.options = options;
      this.valueCount = valueCount;
      this.values = values;
    }
  }

  final String name;
  final Path model;
  final int features;
  final int rowCount;
  final float[] rows;
  final List<Expectation> expectations = new ArrayList<>();

  private ConformanceCase(Path file, Iterator<String> lines) {
    this.name = file.getParent().getParent().getFileName() + "/" + file.getParent().getFileName();
    this.model = file.resolveSibling(words(lines, "model", 1)[1]);
    this.features = Integer.parseInt(words(lines, "features", 1)[1]);
    this.rowCount = Integer.parseInt(words(lines, "rows", 1)[1]);
    this.rows = new float[rowCount * features];
    for (int r = 0; r < rowCount; r++) {
      String[] row = words(lines, "row", features);
      for (int f = 0; f < features; f++) {
        rows[r * features + f] = Float.intBitsToFloat(Integer.parseUnsignedInt(row[f + 1], 16));
      }
    }
    while (lines.hasNext()) {
      expectations.add(expectation(lines));
    }
    if (expectations.isEmpty() || rowCount == 0) {
      throw new AssertionError(file + " expects nothing");
    }
  }

  static ConformanceCase read(Path file) {
    try {
      List<String> lines =
          Files.readAllLines(file).stream()
              .filter(line -> !line.isEmpty() && !line.startsWith("#"))
              .collect(Collectors.toList());
      return new ConformanceCase(file, lines.iterator());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Expectation expectation(Iterator<String> lines) {
    String[] head = words(lines, "expect", 5);
    ScorerOptions.Builder options = ScorerOptions.builder().output(Output.valueOf(head[1].toUpperCase(Locale.ROOT)));
    int begin = Integer.parseInt(head[2]);
    int end = Integer.parseInt(head[3]);
    if (end > 0) {
      options.iterations(begin, end);
    } else {
      options.iterationsFrom(begin);
      if (end < 0) {
        options.bestIteration();
      }
    }
    if (!head[4].equals("-")) {
      options.missingValue(doubleOf(head[4]));
    }
    int valueCount = Integer.parseInt(head[5]);
    double[] values = new double[rowCount * valueCount];
    for (int r = 0; r < rowCount; r++) {
      String[] row = words(lines, "=", valueCount);
      for (int v = 0; v < valueCount; v++) {
        values[r * valueCount + v] = doubleOf(row[v + 1]);
      }
    }
    return new Expectation(String.join(" ", head), options.build(), valueCount, values);
  }

  private static String[] words(Iterator<String> lines, String first, int others) {
    String[] words = lines.next().split(" ");
    if (!words[0].equals(first) || words.length != others + 1) {
      throw new AssertionError("expected '" + first + "' and " + others + " words: " + String.join(" ", words));
    }
    return words;
  }

  private static double doubleOf(String hex) {
    return Double.longBitsToDouble(Long.parseUnsignedLong(hex, 16));
  }

  double[] rowsAsDoubles() {
    return widened(rows);
  }

  static double[] widened(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  @Override
  public String toString() {
    return name;
  }
}
