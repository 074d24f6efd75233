package io.github.apusml.apus;

/** What scorers and networks tell alike about their compiled form. */
abstract class CompiledInfo {
  private final long memoryBytes;
  private final String engine;
  private final String instructionSet;

  /**
   * @param texts the engine and the instruction set, in UTF-8
   */
  CompiledInfo(long memoryBytes, byte[][] texts) {
    this.memoryBytes = memoryBytes;
    this.engine = Texts.decode(texts[0]);
    this.instructionSet = Texts.decode(texts[1]);
  }

  /**
   * Native memory of the compiled form, the model not counted.
   *
   * @return bytes
   */
  public final long memoryBytes() {
    return memoryBytes;
  }

  /**
   * The engine that runs.
   *
   * @return its name, such as {@code ranked} or {@code network}
   */
  public final String engine() {
    return engine;
  }

  /**
   * The instruction set that the engine uses.
   *
   * @return its name, such as {@code v3}
   */
  public final String instructionSet() {
    return instructionSet;
  }
}
