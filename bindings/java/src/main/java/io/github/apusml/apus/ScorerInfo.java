package io.github.apusml.apus;

/** What was decided when a scorer was made. Immutable, and independent of its scorer's life. */
public final class ScorerInfo extends CompiledInfo {
  /** How many numbers {@link Native#scorerInfo} fills in. */
  static final int NUMBERS = 8;

  private final Output output;
  private final int featureCount;
  private final int valueCount;
  private final int marginCount;
  private final int iterationBegin;
  private final int iterationEnd;
  private final int treeCount;

  /** From {@link Native#scorerInfo}: numbers in the order of the header's struct, and its two texts. */
  ScorerInfo(long[] numbers, byte[][] texts) {
    super(numbers[NUMBERS - 1], texts);
    int i = 0;
    this.output = Output.values()[(int) numbers[i++]];
    this.featureCount = (int) numbers[i++];
    this.valueCount = (int) numbers[i++];
    this.marginCount = (int) numbers[i++];
    this.iterationBegin = (int) numbers[i++];
    this.iterationEnd = (int) numbers[i++];
    this.treeCount = (int) numbers[i++];
  }

  /**
   * What the scorer gives for each row.
   *
   * @return the output
   */
  public Output output() {
    return output;
  }

  /**
   * Features that a row must have.
   *
   * @return the number
   */
  public int featureCount() {
    return featureCount;
  }

  /**
   * Doubles written for each row: scores, margins, or one leaf index a tree.
   *
   * @return the number
   */
  public int valueCount() {
    return valueCount;
  }

  /**
   * Doubles that a base margin has for each row.
   *
   * @return the number
   */
  public int marginCount() {
    return marginCount;
  }

  /**
   * The first boosting round that takes part.
   *
   * @return the round, from 0
   */
  public int iterationBegin() {
    return iterationBegin;
  }

  /**
   * The round behind the last that takes part.
   *
   * @return the round
   */
  public int iterationEnd() {
    return iterationEnd;
  }

  /**
   * Trees that take part.
   *
   * @return the number
   */
  public int treeCount() {
    return treeCount;
  }

  @Override
  public String toString() {
    return String.format(
        "ScorerInfo[%s, %d features, %d values, rounds %d to %d, %d trees, %s, %s]",
        output, featureCount, valueCount, iterationBegin, iterationEnd, treeCount, engine(), instructionSet());
  }
}
