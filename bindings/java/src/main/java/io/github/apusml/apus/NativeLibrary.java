package io.github.apusml.apus;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * Finds and loads the native library: the core, {@code libapus.so}, and the glue between it and Java, {@code
 * libapus-jni-<version>.so}, whose name holds the jar's version so that the two cannot be mixed. Places, in order:
 *
 * <ol>
 *   <li>The directory that the system property {@value #PATH_PROPERTY} names. If it is set, no other place is tried:
 *       who sets it means it.
 *   <li>The directories of {@code java.library.path}. Each file is taken from the first directory that has it, so that
 *       a system may keep the glue and the core in different ones; the core may also be called {@code libapus.so.1}.
 *   <li>The jar: {@code /<os>/<arch>/}, such as {@code /linux/x86_64/}. The files are copied to a new directory in
 *       {@code java.io.tmpdir} that only this user can enter, loaded, and deleted at once; the running process keeps
 *       them.
 * </ol>
 *
 * <p>Every class loader that loads this class gets a library of its own from the jar. All methods may be called from
 * any thread.
 */
public final class NativeLibrary {
  /** The system property with the directory of both files. */
  public static final String PATH_PROPERTY = "apus.library.path";

  /**
   * Of the core that this version works with; also the number in the name {@code libapus.so.1}. The glue compares it.
   */
  private static final int ABI_VERSION = 1;

  private static final String VERSION = version();
  private static final String GLUE = System.mapLibraryName("apus-jni-" + VERSION);
  private static final String CORE = System.mapLibraryName("apus");
  private static final String CORE_WITH_ABI = CORE + "." + ABI_VERSION;

  /** Where the library was loaded from; null before. */
  private static volatile String location;

  /** What every further call says, after the first failed. */
  private static String failure;

  /** Whether some place had a glue that loads; then a further place gives only its core. */
  private static boolean glueLoaded;

  private NativeLibrary() {}

  /**
   * Loads the library, unless that was done. Every class of this package does so itself; call this to fail at the
   * start of a service.
   *
   * @throws UnsatisfiedLinkError with a list of the places that were tried and why they did not do
   */
  public static void load() {
    if (location == null) {
      loadOnce();
    }
  }

  /**
   * Where the library was loaded from, for a service's log. Loads it first.
   *
   * @return a directory, or {@code jar:} and the directory within the jar
   * @throws UnsatisfiedLinkError as {@link #load}
   */
  public static String location() {
    load();
    return location;
  }

  private static synchronized void loadOnce() {
    if (location == null && failure == null) {
      List<String> tried = new ArrayList<>();
      location = search(tried);
      failure =
          "no native library of Apus " + VERSION + " for " + platform() + ". Tried:\n  " + String.join("\n  ", tried)
              + "\nThe system property " + PATH_PROPERTY + " may name a directory with " + GLUE + " and " + CORE + ".";
    }
    if (location == null) {
      throw new UnsatisfiedLinkError(failure);
    }
  }

  /** The place that did, or null; the reasons of the others go to {@code tried}. */
  private static String search(List<String> tried) {
    String explicit = System.getProperty(PATH_PROPERTY);
    if (explicit != null) {
      return fromDirectories(PATH_PROPERTY, List.of(explicit), tried);
    }
    String path = System.getProperty("java.library.path", "");
    String found = fromDirectories("java.library.path", List.of(path.split(File.pathSeparator)), tried);
    return found != null ? found : fromJar(tried);
  }

  private static String fromDirectories(String what, List<String> directories, List<String> tried) {
    Path glue = firstFile(directories, GLUE);
    Path core = firstFile(directories, CORE, CORE_WITH_ABI);
    String place = what + " (" + String.join(File.pathSeparator, directories) + "): ";
    if (glue == null || core == null) {
      tried.add(place + "no " + (glue == null ? GLUE : CORE));
      return null;
    }
    String reason = open(glue, core);
    if (reason != null) {
      tried.add(place + reason);
      return null;
    }
    return core.getParent().toString();
  }

  private static Path firstFile(List<String> directories, String... names) {
    for (String directory : directories) {
      for (String name : names) {
        // An empty element would be the current directory, which must not decide what code runs.
        Path file = Path.of(directory, name).toAbsolutePath();
        if (!directory.isEmpty() && Files.isRegularFile(file)) {
          return file;
        }
      }
    }
    return null;
  }

  private static String fromJar(List<String> tried) {
    String directory = "/" + platform() + "/";
    String place = "jar:" + directory;
    Path temporary = null;
    try {
      temporary = Files.createTempDirectory("apus-");
      String reason =
          extract(directory + GLUE, temporary.resolve(GLUE)) && extract(directory + CORE, temporary.resolve(CORE))
              ? open(temporary.resolve(GLUE), temporary.resolve(CORE))
              : "this jar has no library for this platform";
      if (reason == null) {
        return place;
      }
      tried.add(place + " in " + temporary + ": " + reason);
    } catch (IOException failure) {
      tried.add(place + " in " + System.getProperty("java.io.tmpdir") + ": " + failure);
    } finally {
      delete(temporary);
    }
    return null;
  }

  private static boolean extract(String resource, Path file) throws IOException {
    try (InputStream stream = NativeLibrary.class.getResourceAsStream(resource)) {
      if (stream == null) {
        return false;
      }
      Files.copy(stream, file);
      return true;
    }
  }

  /** Nothing depends on success: what cannot be deleted now is deleted when the process ends. */
  private static void delete(Path temporary) {
    if (temporary == null) {
      return;
    }
    List<File> files = List.of(temporary.resolve(GLUE).toFile(), temporary.resolve(CORE).toFile(), temporary.toFile());
    files.forEach(File::delete);
    // What deleteOnExit was told last goes first, so the directory is named before its files.
    for (int i = files.size() - 1; i >= 0; i--) {
      if (files.get(i).exists()) {
        files.get(i).deleteOnExit();
      }
    }
  }

  /**
   * Loads both files. The answer is null, or why it did not work. A second glue is never loaded into this class
   * loader: which of two gets a call is not defined, and only one would know the core. Both are of the jar's version,
   * by their name.
   */
  private static String open(Path glue, Path core) {
    try {
      if (!glueLoaded) {
        System.load(glue.toString());
        glueLoaded = true;
      }
      byte[] path = Texts.encode(core);
      byte[] reason = Native.open(path, path.length);
      return reason == null ? null : core + ": " + Texts.decode(reason);
    } catch (UnsatisfiedLinkError error) {
      return error.getMessage();
    }
  }

  /** Operating system and processor as the jar spells them. */
  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return (system.startsWith("mac") ? "macos" : system) + "/" + (processor.equals("amd64") ? "x86_64" : processor);
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream stream = NativeLibrary.class.getResourceAsStream("version.properties")) {
      properties.load(stream);
    } catch (IOException failure) {
      throw new ExceptionInInitializerError(failure);
    }
    return properties.getProperty("version");
  }
}
