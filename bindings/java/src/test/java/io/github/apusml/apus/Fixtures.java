package io.github.apusml.apus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The repository's folder of models and expected numbers. */
final class Fixtures {
  static final Path FOLDER = Path.of(property("apus.fixtures"));

  private Fixtures() {}

  static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new AssertionError("the system property " + name + " is not set");
    }
    return value;
  }

  /** Every conformance case. That there is none is a fault of the test run, not a success. */
  static List<ConformanceCase> cases() {
    try (Stream<Path> files = Files.find(FOLDER, 3, (path, facts) -> path.endsWith("case.txt"))) {
      List<ConformanceCase> cases = files.sorted().map(ConformanceCase::read).collect(Collectors.toList());
      if (cases.isEmpty()) {
        throw new AssertionError("no case.txt below " + FOLDER.toAbsolutePath());
      }
      return cases;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static ConformanceCase named(String name) {
    return named("xgboost", name);
  }

  static ConformanceCase named(String library, String name) {
    return ConformanceCase.read(FOLDER.resolve(library).resolve(name).resolve("case.txt"));
  }
}
