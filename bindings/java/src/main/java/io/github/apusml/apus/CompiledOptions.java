package io.github.apusml.apus;

import java.util.Objects;

/** What scorers and networks are asked for alike. */
abstract class CompiledOptions {
  final String engine;
  final String instructionSet;
  final Weights weights;

  CompiledOptions(Builder<?> builder) {
    this.engine = builder.engine;
    this.instructionSet = builder.instructionSet;
    this.weights = builder.weights;
  }

  /**
   * Collects them.
   *
   * @param <B> the class that extends this one
   */
  abstract static class Builder<B extends Builder<B>> {
    private String engine;
    private String instructionSet;
    private Weights weights = Weights.DEFAULT;

    /** This builder as what it is. */
    abstract B self();

    /**
     * Force an engine, for tests and benchmarks. Default: the best.
     *
     * @param engine for a scorer such as {@code ranked}, {@code node-walk} or {@code reference}, for a network {@code
     *     network} or {@code reference}; null for the default
     * @return this builder
     */
    public B engine(String engine) {
      this.engine = engine;
      return self();
    }

    /**
     * Force an instruction set, for tests and benchmarks. Default: the best that the processor has.
     *
     * @param instructionSet {@code v2}, {@code v3} or {@code v4}; null for the default
     * @return this builder
     */
    public B instructionSet(String instructionSet) {
      this.instructionSet = instructionSet;
      return self();
    }

    /**
     * How the matrices of a network are kept; other models refuse what is not the default. Default: {@link
     * Weights#DEFAULT}.
     *
     * @param weights as the file has them, or rounded to bfloat16
     * @return this builder
     */
    public B weights(Weights weights) {
      this.weights = Objects.requireNonNull(weights, "weights");
      return self();
    }
  }
}
