package io.github.apusml.apus;

/** What was decided when a network was made. Immutable, and independent of its network's life. */
public final class NetworkInfo {
  /** How many numbers {@link Native#networkInfo} fills in. */
  static final int NUMBERS = 4;

  private final int inputCount;
  private final int outputCount;
  private final int stepCount;
  private final long memoryBytes;
  private final String engine;
  private final String instructionSet;

  /** From {@link Native#networkInfo}: numbers in the order of the header's struct, and its two texts. */
  NetworkInfo(long[] numbers, byte[][] texts) {
    this.inputCount = (int) numbers[0];
    this.outputCount = (int) numbers[1];
    this.stepCount = (int) numbers[2];
    this.memoryBytes = numbers[3];
    this.engine = Texts.decode(texts[0]);
    this.instructionSet = Texts.decode(texts[1]);
  }

  /**
   * Tensors that {@link Network#run} takes: those of the model, but the constant ones.
   *
   * @return the number
   */
  public int inputCount() {
    return inputCount;
  }

  /**
   * Tensors that {@link Network#run} gives.
   *
   * @return the number
   */
  public int outputCount() {
    return outputCount;
  }

  /**
   * Pieces of work of a run; what is constant is computed already.
   *
   * @return the number
   */
  public int stepCount() {
    return stepCount;
  }

  /**
   * Native memory of the compiled form, the model not counted.
   *
   * @return bytes
   */
  public long memoryBytes() {
    return memoryBytes;
  }

  /**
   * The engine that runs.
   *
   * @return its name, {@code network} or {@code reference}
   */
  public String engine() {
    return engine;
  }

  /**
   * The instruction set that the engine uses.
   *
   * @return its name, such as {@code v3}
   */
  public String instructionSet() {
    return instructionSet;
  }

  @Override
  public String toString() {
    return String.format(
        "NetworkInfo[%d inputs, %d outputs, %d steps, %s, %s]",
        inputCount, outputCount, stepCount, engine, instructionSet);
  }
}
