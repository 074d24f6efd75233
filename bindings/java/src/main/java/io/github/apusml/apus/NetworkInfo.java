package io.github.apusml.apus;

/** What was decided when a network was made. Immutable, and independent of its network's life. */
public final class NetworkInfo extends CompiledInfo {
  /** How many numbers {@link Native#networkInfo} fills in. */
  static final int NUMBERS = 5;

  private final int inputCount;
  private final int outputCount;
  private final int stepCount;
  private final long operationCount;

  /** From {@link Native#networkInfo}: numbers in the order of the header's struct, and its two texts. */
  NetworkInfo(long[] numbers, byte[][] texts) {
    super(numbers[3], texts);
    this.inputCount = (int) numbers[0];
    this.outputCount = (int) numbers[1];
    this.stepCount = (int) numbers[2];
    this.operationCount = numbers[4];
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
   * About how many operations a run takes: what it costs, before it is tried.
   *
   * @return the number
   */
  public long operationCount() {
    return operationCount;
  }

  @Override
  public String toString() {
    return String.format(
        "NetworkInfo[%d inputs, %d outputs, %d steps, %s, %s]",
        inputCount, outputCount, stepCount, engine(), instructionSet());
  }
}
