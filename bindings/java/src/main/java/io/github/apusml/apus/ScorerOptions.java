package io.github.apusml.apus;

import java.util.Objects;

/**
 * What a scorer gives and how. Immutable.
 *
 * <pre>{@code
 * ScorerOptions options = ScorerOptions.builder().output(Output.MARGIN).bestIteration().build();
 * }</pre>
 */
public final class ScorerOptions {
  /** Scores, all rounds, NaN alone is missing, and the engine and instruction set that fit best. */
  public static final ScorerOptions DEFAULT = builder().build();

  /** For iterationEnd, as in the C header. */
  private static final int ALL = 0;

  private static final int BEST = -1;

  final Output output;
  final int iterationBegin;
  final int iterationEnd;
  final boolean hasMissingValue;
  final double missingValue;
  final Absent absent;
  final Unseen unseen;
  final Weights weights;
  final String engine;
  final String instructionSet;

  private ScorerOptions(Builder builder) {
    this.output = builder.output;
    this.iterationBegin = builder.iterationBegin;
    this.iterationEnd = builder.iterationEnd;
    this.hasMissingValue = builder.hasMissingValue;
    this.missingValue = builder.missingValue;
    this.absent = builder.absent;
    this.unseen = builder.unseen;
    this.weights = builder.weights;
    this.engine = builder.engine;
    this.instructionSet = builder.instructionSet;
  }

  /**
   * A builder that holds the defaults.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. For one thread. What a model cannot do is found out by {@link Model#scorer(ScorerOptions)}. */
  public static final class Builder {
    private Output output = Output.SCORE;
    private int iterationBegin;
    private int iterationEnd = ALL;
    private boolean hasMissingValue;
    private double missingValue;
    private Absent absent = Absent.DEFAULT;
    private Unseen unseen = Unseen.DEFAULT;
    private Weights weights = Weights.DEFAULT;
    private String engine;
    private String instructionSet;

    private Builder() {}

    /**
     * What to give for each row. Default: {@link Output#SCORE}.
     *
     * @param output scores, margins or leaf indices
     * @return this builder
     */
    public Builder output(Output output) {
      this.output = Objects.requireNonNull(output, "output");
      return this;
    }

    /**
     * Use the trees of some boosting rounds: {@code begin <= round < end}. Default: all.
     *
     * @param begin the first round, from 0
     * @param end the round behind the last; at most the model's iteration count
     * @return this builder
     * @throws IllegalArgumentException if {@code begin} is negative or {@code end} is not above it
     */
    public Builder iterations(int begin, int end) {
      if (end <= begin) {
        throw new IllegalArgumentException("no round is from " + begin + " to " + end);
      }
      iterationsFrom(begin);
      this.iterationEnd = end;
      return this;
    }

    /**
     * Use the trees from one boosting round to the last.
     *
     * @param begin the first round, from 0
     * @return this builder
     * @throws IllegalArgumentException if {@code begin} is negative
     */
    public Builder iterationsFrom(int begin) {
      if (begin < 0) {
        throw new IllegalArgumentException("a round cannot be " + begin);
      }
      this.iterationBegin = begin;
      this.iterationEnd = ALL;
      return this;
    }

    /**
     * End with the best boosting round, as early stopping recorded it; with the last round where the file records
     * none. The first round stays what it was, 0 unless {@link #iterationsFrom} was called before.
     *
     * @return this builder
     */
    public Builder bestIteration() {
      this.iterationEnd = BEST;
      return this;
    }

    /**
     * A value that counts as missing, beside NaN. Default: NaN alone.
     *
     * @param value the value, such as -999
     * @return this builder
     */
    public Builder missingValue(double value) {
      this.hasMissingValue = true;
      this.missingValue = value;
      return this;
    }

    /**
     * What an entry means that a sparse row does not hold. Default: {@link Absent#DEFAULT}.
     *
     * @param absent the meaning
     * @return this builder
     */
    public Builder absent(Absent absent) {
      this.absent = Objects.requireNonNull(absent, "absent");
      return this;
    }

    /**
     * What a category of a {@link Row} means that training did not see. Default: {@link Unseen#DEFAULT}.
     *
     * @param unseen the meaning
     * @return this builder
     */
    public Builder unseen(Unseen unseen) {
      this.unseen = Objects.requireNonNull(unseen, "unseen");
      return this;
    }

    /**
     * How the matrices of a network are kept; other models refuse what is not the default. Default: {@link
     * Weights#DEFAULT}.
     *
     * @param weights as the file has them, or rounded to bfloat16
     * @return this builder
     */
    public Builder weights(Weights weights) {
      this.weights = Objects.requireNonNull(weights, "weights");
      return this;
    }

    /**
     * Force an engine, for tests and benchmarks. Default: the best that fits the model.
     *
     * @param engine such as {@code ranked}, {@code node-walk} or {@code reference}; null for the default
     * @return this builder
     */
    public Builder engine(String engine) {
      this.engine = engine;
      return this;
    }

    /**
     * Force an instruction set, for tests and benchmarks. Default: the best that the processor has.
     *
     * @param instructionSet {@code v2}, {@code v3} or {@code v4}; null for the default
     * @return this builder
     */
    public Builder instructionSet(String instructionSet) {
      this.instructionSet = instructionSet;
      return this;
    }

    /**
     * The options as they stand now.
     *
     * @return immutable options
     */
    public ScorerOptions build() {
      return new ScorerOptions(this);
    }
  }
}
