package io.github.apusml.apus;

/** Facts about a model. Immutable, and independent of its model's life. */
public final class ModelInfo {
  /** How many numbers {@link Native#modelInfo} fills in. */
  static final int NUMBERS = 20;

  private final ModelFormat format;
  private final String sourceLibrary;
  private final String sourceVersion;
  private final String objective;
  private final String booster;
  private final int featureCount;
  private final int marginCount;
  private final int scoreCount;
  private final int marginBits;
  private final boolean hasFeatureNames;
  private final int iterationCount;
  private final int bestIteration;
  private final int treeCount;
  private final int maxDepth;
  private final long nodeCount;
  private final long leafCount;
  private final long memoryBytes;
  private final int attributeCount;
  private final int categoricalFeatureCount;
  private final int inputCount;
  private final int outputCount;

  /** From {@link Native#modelInfo}: numbers in the order of the header's struct, and its three texts. */
  ModelInfo(long[] numbers, byte[][] texts) {
    int i = 0;
    this.format = ModelFormat.of(numbers[i++]);
    long major = numbers[i++];
    long minor = numbers[i++];
    long patch = numbers[i++];
    this.sourceVersion =
        major < 0 ? "" : minor < 0 ? "" + major : major + "." + minor + "." + patch;
    this.featureCount = (int) numbers[i++];
    this.marginCount = (int) numbers[i++];
    this.scoreCount = (int) numbers[i++];
    this.marginBits = (int) numbers[i++];
    this.hasFeatureNames = numbers[i++] != 0;
    this.iterationCount = (int) numbers[i++];
    this.bestIteration = (int) numbers[i++];
    this.treeCount = (int) numbers[i++];
    this.maxDepth = (int) numbers[i++];
    this.nodeCount = numbers[i++];
    this.leafCount = numbers[i++];
    this.memoryBytes = numbers[i++];
    this.attributeCount = (int) numbers[i++];
    this.categoricalFeatureCount = (int) numbers[i++];
    this.inputCount = (int) numbers[i++];
    this.outputCount = (int) numbers[i++];
    this.sourceLibrary = Texts.decode(texts[0]);
    this.objective = Texts.decode(texts[1]);
    this.booster = Texts.decode(texts[2]);
  }

  /**
   * The format of the file that the model was loaded from.
   *
   * @return the format
   */
  public ModelFormat format() {
    return format;
  }

  /**
   * The library that wrote the file.
   *
   * @return its name, such as {@code xgboost}
   */
  public String sourceLibrary() {
    return sourceLibrary;
  }

  /**
   * The version of the library that wrote the file.
   *
   * @return such as {@code 3.0.5}, or {@code 4} where the file says no more; empty if the file does not say
   */
  public String sourceVersion() {
    return sourceVersion;
  }

  /**
   * The objective, as the source library names it.
   *
   * @return such as {@code binary:logistic}
   */
  public String objective() {
    return objective;
  }

  /**
   * The booster, as the source library names it.
   *
   * @return such as {@code gbtree}
   */
  public String booster() {
    return booster;
  }

  /**
   * Columns of a row.
   *
   * @return the number of features
   */
  public int featureCount() {
    return featureCount;
  }

  /**
   * Margins of a row: classes or targets.
   *
   * @return the number; 1 for most models
   */
  public int marginCount() {
    return marginCount;
  }

  /**
   * Scores of a row; differs from the margins for {@code multi:softmax}, which has 1.
   *
   * @return the number
   */
  public int scoreCount() {
    return scoreCount;
  }

  /**
   * The precision in which the source library sums.
   *
   * @return 32 or 64
   */
  public int marginBits() {
    return marginBits;
  }

  /**
   * Whether the file holds feature names.
   *
   * @return true if it does
   */
  public boolean hasFeatureNames() {
    return hasFeatureNames;
  }

  /**
   * Boosting rounds.
   *
   * @return the number; 0 for a model without trees
   */
  public int iterationCount() {
    return iterationCount;
  }

  /**
   * The best round, as early stopping recorded it.
   *
   * @return the round, from 0; -1 if the file has none
   */
  public int bestIteration() {
    return bestIteration;
  }

  /**
   * Trees of the whole model.
   *
   * @return the number
   */
  public int treeCount() {
    return treeCount;
  }

  /**
   * Splits on the longest path of any tree.
   *
   * @return the number
   */
  public int maxDepth() {
    return maxDepth;
  }

  /**
   * Splits and leaves that can be reached.
   *
   * @return the number
   */
  public long nodeCount() {
    return nodeCount;
  }

  /**
   * Leaves that can be reached.
   *
   * @return the number
   */
  public long leafCount() {
    return leafCount;
  }

  /**
   * Native memory of the loaded model, scorers not counted.
   *
   * @return bytes
   */
  public long memoryBytes() {
    return memoryBytes;
  }

  /**
   * Notes that the trainer left in the file.
   *
   * @return the number; see {@link Model#attributes()}
   */
  public int attributeCount() {
    return attributeCount;
  }

  /**
   * Features with a stored category table.
   *
   * @return the number
   */
  public int categoricalFeatureCount() {
    return categoricalFeatureCount;
  }

  /**
   * Tensors that a network takes by name.
   *
   * @return the number; 0 for a model that is no network
   */
  public int inputCount() {
    return inputCount;
  }

  /**
   * Tensors that a network gives.
   *
   * @return the number; 0 for a model that is no network
   */
  public int outputCount() {
    return outputCount;
  }

  @Override
  public String toString() {
    return String.format(
        "ModelInfo[%s %s %s %s, %d features, %d trees, %d margins, %d scores]",
        sourceLibrary, sourceVersion, booster, objective, featureCount, treeCount, marginCount, scoreCount);
  }
}
