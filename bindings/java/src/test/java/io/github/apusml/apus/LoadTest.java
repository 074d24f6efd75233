package io.github.apusml.apus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Where a model can come from, and what is said of files that are none. */
class LoadTest {
  private static final byte[] JSON = TinyModel.json(3);

  private static void check(Model loaded) {
    try (Model model = loaded; Scorer scorer = model.scorer()) {
      assertEquals(3, model.info().featureCount());
      assertEquals(TinyModel.RIGHT, scorer.scoreRow(new float[] {0.5f, 0, 0}));
      assertEquals(TinyModel.LEFT, scorer.scoreRow(new float[] {Math.nextDown(0.5f), 0, 0}));
    }
  }

  @Test
  void bytes() {
    check(Model.load(JSON));
  }

  @Test
  void heapBuffers() {
    byte[] padded = new byte[JSON.length + 9];
    System.arraycopy(JSON, 0, padded, 4, JSON.length);
    ByteBuffer buffer = ByteBuffer.wrap(padded, 4, JSON.length);
    check(Model.load(buffer));
    assertEquals(4, buffer.position());
    check(Model.load(ByteBuffer.wrap(padded, 2, JSON.length + 2).slice().position(2)));
    check(Model.load(buffer.asReadOnlyBuffer()));
  }

  @Test
  void directBuffers() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(JSON.length + 9);
    buffer.position(4);
    buffer.put(JSON).flip().position(4);
    check(Model.load(buffer));
    assertEquals(4, buffer.position());
    check(Model.load(buffer.slice().asReadOnlyBuffer()));
  }

  @Test
  void filesOfAnyName(@TempDir Path folder) throws IOException {
    for (String name : List.of("model.json", "with space %41 + #?;.bin")) {
      Path file = Files.write(folder.resolve(name), JSON);
      check(Model.load(file));
      check(Model.load(Path.of("").toAbsolutePath().relativize(file)));
    }
  }

  @Test
  void fileInAnArchive(@TempDir Path folder) throws IOException {
    URI archive = URI.create("jar:" + folder.resolve("models.zip").toUri());
    try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
      check(Model.load(Files.write(zip.getPath("model.json"), JSON)));
      ApusException absent = assertThrows(ApusException.class, () -> Model.load(zip.getPath("absent.json")));
      assertEquals(Status.FILE_UNREADABLE, absent.status());
      assertTrue(absent.getMessage().contains("absent.json"), absent.getMessage());
    }
  }

  @Test
  void unreadableFiles(@TempDir Path folder) {
    for (Path path : List.of(folder, folder.resolve("absent.json"))) {
      ApusException failure = assertThrows(ApusException.class, () -> Model.load(path));
      assertEquals(Status.FILE_UNREADABLE, failure.status());
      assertEquals(30, failure.statusCode());
      assertEquals(-1, failure.byteOffset());
    }
  }

  @Test
  void emptyContent() {
    List<ApusException> failures =
        List.of(
            assertThrows(ApusException.class, () -> Model.load(new byte[0])),
            assertThrows(ApusException.class, () -> Model.load(ByteBuffer.allocate(0))),
            assertThrows(ApusException.class, () -> Model.load(ByteBuffer.allocateDirect(0))));
    for (ApusException failure : failures) {
      assertEquals(Status.UNKNOWN_FORMAT, failure.status());
    }
  }

  @Test
  void nulls() {
    assertThrows(NullPointerException.class, () -> Model.load((Path) null));
    assertThrows(NullPointerException.class, () -> Model.load((byte[]) null));
    assertThrows(NullPointerException.class, () -> Model.load((ByteBuffer) null));
  }

  /** A file cut short anywhere is refused, and says where. */
  @Test
  void truncated() {
    for (int length = 1; length < JSON.length; length += 7) {
      byte[] part = Arrays.copyOf(JSON, length);
      ApusException failure = assertThrows(ApusException.class, () -> Model.load(part));
      assertEquals(Status.TRUNCATED, failure.status(), failure.getMessage());
      assertTrue(failure.byteOffset() >= 0 && failure.byteOffset() <= length, failure.getMessage());
    }
  }

  /** Places of an error reach Java: here the tree and the node with a child that does not exist. */
  @Test
  void placesOfAnError() {
    String broken = new String(JSON).replace("\"left_children\":[1,", "\"left_children\":[7,");
    ApusException failure = assertThrows(ApusException.class, () -> Model.load(broken.getBytes()));
    assertEquals(Status.INVALID_MODEL, failure.status());
    assertEquals(0, failure.tree());
    assertEquals(0, failure.node());
    assertEquals(-1, failure.row());
  }

  /** The folder of broken files: name, status, and a word that the message holds. */
  @TestFactory
  Stream<DynamicTest> brokenFiles() throws IOException {
    Path folder = Fixtures.FOLDER.resolve("invalid");
    List<String> lines = Files.readAllLines(folder.resolve("expected.txt"));
    return lines.stream()
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .map(line -> line.split(" ", 3))
        .map(words -> DynamicTest.dynamicTest(words[0], () -> refused(folder.resolve(words[0]), words[1], words[2])));
  }

  private static void refused(Path file, String status, String word) throws IOException {
    byte[] content = Files.readAllBytes(file);
    for (ApusException failure :
        List.of(
            assertThrows(ApusException.class, () -> Model.load(file), file.toString()),
            assertThrows(ApusException.class, () -> Model.load(content), file.toString()))) {
      String found = file.getFileName() + ": " + failure.getMessage();
      assertEquals(status, "APUS_" + failure.status(), found);
      assertTrue(failure.getMessage().contains(word), found);
    }
  }
}
