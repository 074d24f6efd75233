package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where the library comes from. A process loads it once, so each case is a process of its own, with the jar as it is
 * shipped.
 */
class NativeLibraryTest {
  private static final Path JAR = Path.of(Fixtures.property("apus.jar"));

  private static final String ARCH = System.getProperty("os.arch").replace("amd64", "x86_64");
  private static final Path CLASSES = Path.of("target", "test-classes").toAbsolutePath();

  @TempDir Path folder;
  private Path glue;
  private Path core;
  private Path temporary;

  /** What a child does: prints where the library came from, or what was tried, and scores a row. */
  static final class Child {
    public static void main(String[] arguments) {
      try {
        System.out.println("from " + NativeLibrary.location());
        try (Model model = TinyModel.load(2);
            Scorer scorer = model.scorer()) {
          System.out.println("scored " + scorer.scoreRow(new float[] {0, 0}));
        }
      } catch (UnsatisfiedLinkError error) {
        System.out.println(error.getMessage());
        try {
          Model.load(new byte[0]);
        } catch (UnsatisfiedLinkError again) {
          System.out.println("again " + again.getMessage().equals(error.getMessage()));
        }
      }
    }
  }

  @BeforeEach
  void extract() throws IOException {
    temporary = Files.createDirectory(folder.resolve("temporary"));
    Path libraries = Files.createDirectory(folder.resolve("libraries"));
    try (URLClassLoader jar = new URLClassLoader(new URL[] {JAR.toUri().toURL()}, null)) {
      glue = copy(jar, "linux/" + ARCH + "/libapus-jni-0.1.0.so", libraries);
      core = copy(jar, "linux/" + ARCH + "/libapus.so", libraries);
    }
  }

  private static Path copy(ClassLoader jar, String resource, Path directory) throws IOException {
    Path file = directory.resolve(Path.of(resource).getFileName());
    try (InputStream stream = jar.getResourceAsStream(resource)) {
      Files.copy(stream, file);
    }
    return file;
  }

  private String run(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xcheck:jni");
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-XX:ErrorFile=" + temporary.resolve("crash.log"));
    command.addAll(List.of(options));
    if (!command.contains("-m")) {
      command.addAll(List.of("-cp", JAR + ":" + CLASSES, Child.class.getName()));
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), output);
    return output;
  }

  private static String success(Object place) {
    return "from " + place + "\nscored 2.0\n";
  }

  @Test
  void fromTheJar() throws IOException, InterruptedException {
    assertEquals(success("jar:/linux/" + ARCH + "/"), run("-Djava.library.path="));
    try (Stream<Path> rest = Files.list(temporary)) {
      assertEquals(0, rest.filter(path -> path.getFileName().toString().startsWith("apus-")).count());
    }
  }

  @Test
  void asAModule() throws IOException, InterruptedException {
    String module = "io.github.apusml.apus";
    String child = module + "/" + Child.class.getName();
    String output =
        run("-p", JAR.toString(), "--patch-module", module + "=" + CLASSES, "-Djava.library.path=", "-m", child);
    assertTrue(output.startsWith("from jar:/linux/") && output.endsWith("scored 2.0\n"), output);
  }

  @Test
  void fromTheProperty() throws IOException, InterruptedException {
    String property = "-Dapus.library.path=" + core.getParent();
    assertEquals(success(core.getParent()), run(property, "-Djava.library.path=/nowhere"));
  }

  @Test
  void propertyHasNoFallBack() throws IOException, InterruptedException {
    String output = run("-Dapus.library.path=" + temporary, "-Djava.library.path=" + core.getParent());
    assertEquals(
        "no native library of Apus 0.1.0 for linux/"
            + ARCH
            + ". Tried:\n"
            + "  apus.library.path ("
            + temporary
            + "): no libapus-jni-0.1.0.so\n"
            + "The system property apus.library.path may name a directory with libapus-jni-0.1.0.so and libapus.so.\n"
            + "again true\n",
        output);
  }

  @Test
  void fromTheSystemsPath() throws IOException, InterruptedException {
    assertEquals(success(core.getParent()), run("-Djava.library.path=/nowhere:" + core.getParent()));
  }

  @Test
  void fromTwoDirectoriesOfTheSystem() throws IOException, InterruptedException {
    Path other = Files.createDirectory(folder.resolve("caf\u00e9 %41"));
    Files.move(core, other.resolve("libapus.so.1"));
    String output = run("-Djava.library.path=" + glue.getParent() + ":" + other, "-Dsun.stdout.encoding=UTF-8");
    assertTrue(output.endsWith("scored 2.0\n") && !output.contains("jar:"), output);
  }

  @Test
  void brokenSystemLibraryGivesWayToTheJar() throws IOException, InterruptedException {
    Files.write(core, new byte[] {1, 2, 3});
    String output = run("-Djava.library.path=" + core.getParent());
    assertTrue(output.startsWith("from jar:") && output.endsWith("scored 2.0\n"), output);
  }

  @Test
  void foreignCoresAreNamed() throws IOException, InterruptedException {
    // The glue is a library, and has no function of the core.
    Files.copy(glue, core, StandardCopyOption.REPLACE_EXISTING);
    String output = run("-Dapus.library.path=" + core.getParent());
    assertTrue(output.contains(core + ": it has no function apus_abi_version\n"), output);
    Files.write(core, new byte[] {1, 2, 3});
    output = run("-Dapus.library.path=" + core.getParent());
    assertTrue(output.contains(core + ": ") && output.contains("too short"), output);
    Files.write(glue, new byte[] {1, 2, 3});
    output = run("-Dapus.library.path=" + core.getParent());
    assertTrue(output.contains(glue + ": "), output);
  }

  @Test
  void otherAbiVersionIsRefused() throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("core.c"), "unsigned apus_abi_version(void) { return 77; }\n");
    Process compiler =
        new ProcessBuilder("gcc", "-shared", "-fPIC", "-o", core.toString(), source.toString()).inheritIO().start();
    assertEquals(0, compiler.waitFor());
    String output = run("-Dapus.library.path=" + core.getParent());
    assertTrue(output.contains(core + ": it has ABI version 77, and this jar needs 1\n"), output);
  }

  @Test
  void unwritableTemporaryDirectoryIsNamed() throws IOException, InterruptedException {
    String output = run("-Djava.library.path=", "-Djava.io.tmpdir=/nowhere");
    assertTrue(output.contains("\n  jar:/linux/") && output.contains(" in /nowhere: "), output);
  }
}
