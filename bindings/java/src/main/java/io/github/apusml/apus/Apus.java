package io.github.apusml.apus;

/** Facts about the native library. All methods may be called from any thread. */
public final class Apus {
  private Apus() {}

  /**
   * The version of the native library.
   *
   * @return such as {@code 0.1.0}
   * @throws UnsatisfiedLinkError if the native library cannot be loaded
   */
  public static String version() {
    NativeLibrary.load();
    return Texts.decode(Native.version());
  }

  /**
   * The instruction set that new scorers use on this machine. The environment variable {@code APUS_INSTRUCTION_SET}
   * lowers it.
   *
   * @return {@code v2}, {@code v3}, {@code v4} or {@code neon}
   * @throws UnsatisfiedLinkError if the native library cannot be loaded
   */
  public static String instructionSet() {
    NativeLibrary.load();
    return Texts.decode(Native.instructionSet());
  }

  /**
   * Scores built-in models with every engine at every instruction set of this machine and compares bit for bit. Takes
   * some milliseconds.
   *
   * @throws ApusException with {@link Status#SELF_TEST_FAILED} and the name of the engine, if one differs
   * @throws UnsatisfiedLinkError if the native library cannot be loaded
   */
  public static void selfTest() {
    NativeLibrary.load();
    Native.selfTest();
  }
}
