package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Class loaders of their own, as web applications have them. */
class ClassLoaderTest {
  private static Class<?> load() throws ReflectiveOperationException, IOException {
    URL jar = Path.of(Fixtures.property("apus.jar")).toUri().toURL();
    ClassLoader loader = new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
    return loader.loadClass("io.github.apusml.apus.Model");
  }

  /** Loads a model with the given {@link Model} class and scores a row. Closes nothing. */
  private static void score(Class<?> modelClass) throws ReflectiveOperationException {
    Object model = modelClass.getMethod("load", byte[].class).invoke(null, (Object) TinyModel.json(2));
    Object scorer = modelClass.getMethod("scorer").invoke(model);
    Object score = scorer.getClass().getMethod("scoreRow", float[].class).invoke(scorer, new float[] {1, 0});
    assertEquals(TinyModel.RIGHT, score);
  }

  /** Each has a library of its own, and both work. */
  @Test
  void twoAtOnce() throws ReflectiveOperationException, IOException {
    Set<String> before = mapped();
    Class<?> first = load();
    Class<?> second = load();
    assertNotSame(first, second);
    for (Class<?> model : List.of(first, second, first)) {
      score(model);
    }
    Set<String> added = mapped();
    added.removeAll(before);
    assertEquals(4, added.size(), added.toString());
  }

  /** When the application goes, its objects are freed and its library is unloaded, also if it closed nothing. */
  @Test
  void unloading() throws ReflectiveOperationException, IOException, InterruptedException {
    Set<String> before = mapped();
    score(load());
    Set<String> added = mapped();
    added.removeAll(before);
    assertFalse(added.isEmpty());
    boolean loaded = true;
    for (int i = 0; i < 500 && loaded; i++) {
      System.gc();
      Thread.sleep(20);
      loaded = mapped().stream().anyMatch(added::contains);
    }
    assertTrue(!loaded, added + " are loaded after 10 seconds");
  }

  /** The libraries of Apus in this process; each class loader's have a directory of their own. */
  private static Set<String> mapped() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(line -> line.contains("/libapus"))
          .map(line -> line.substring(line.indexOf('/')))
          .collect(Collectors.toSet());
    }
  }
}
