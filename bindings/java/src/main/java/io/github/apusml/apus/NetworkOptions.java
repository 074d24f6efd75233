package io.github.apusml.apus;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a network is compiled for. Immutable.
 *
 * <pre>{@code
 * NetworkOptions options = NetworkOptions.builder().shape("events", 1, 32, 16).shape("lengths", 1).build();
 * }</pre>
 */
public final class NetworkOptions {
  /** Shapes as in the file, with the length 1 for open axes; the engine and instruction set that fit best. */
  public static final NetworkOptions DEFAULT = builder().build();

  final Map<String, long[]> shapes;
  final Map<String, Tensor> constants;
  final String engine;
  final String instructionSet;
  final int threads;
  final Weights weights;

  private NetworkOptions(Builder builder) {
    this.shapes = Map.copyOf(builder.shapes);
    this.constants = Map.copyOf(builder.constants);
    this.engine = builder.engine;
    this.instructionSet = builder.instructionSet;
    this.threads = builder.threads;
    this.weights = builder.weights;
  }

  /**
   * A builder that holds the defaults.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * For each input its axes and lengths, one behind the other, or null where nothing was given.
   *
   * @throws ApusException {@link Status#NOT_FOUND} if a name is no input, or the shape of an input is not known; {@link
   *     Status#INVALID_OPTION} if a constant has another shape than the one that is given
   */
  long[] shapesOf(List<TensorInfo> inputs) {
    shapes.keySet().forEach(name -> requireInput(name, inputs));
    constants.keySet().forEach(name -> requireInput(name, inputs));
    if (shapes.isEmpty() && constants.isEmpty()) {
      return null;
    }
    long[][] all = inputs.stream().map(this::shapeOf).toArray(long[][]::new);
    int count = 0;
    for (long[] shape : all) {
      count += 1 + shape.length;
    }
    long[] flat = new long[count];
    int place = 0;
    for (long[] shape : all) {
      flat[place] = shape.length;
      System.arraycopy(shape, 0, flat, place + 1, shape.length);
      place += 1 + shape.length;
    }
    return flat;
  }

  private long[] shapeOf(TensorInfo input) {
    long[] shape = shapes.get(input.name());
    Tensor constant = constants.get(input.name());
    if (shape != null && constant != null && !Arrays.equals(shape, constant.ownShape())) {
      throw new ApusException(
          Status.INVALID_OPTION,
          String.format(
              "the constant '%s' has the shape %s, but the shape that is given is %s",
              input.name(), Arrays.toString(constant.ownShape()), Arrays.toString(shape)));
    }
    if (shape == null && constant != null) {
      shape = constant.ownShape();
    }
    if (shape == null) {
      shape = input.smallestShape();
    }
    if (shape == null) {
      throw new ApusException(
          Status.NOT_FOUND, "the shape of '" + input.name() + "' is missing, and the file does not say it");
    }
    return shape;
  }

  private static void requireInput(String name, List<TensorInfo> inputs) {
    if (inputs.stream().noneMatch(input -> input.name().equals(name))) {
      throw new ApusException(Status.NOT_FOUND, "there is no input '" + name + "'");
    }
  }

  /** The inputs that are known already, or null if none is. */
  TensorList constantsOf(List<TensorInfo> inputs) {
    if (constants.isEmpty()) {
      return null;
    }
    TensorList list = new TensorList(inputs.size());
    for (int index = 0; index < inputs.size(); index++) {
      String name = inputs.get(index).name();
      Tensor constant = constants.get(name);
      if (constant != null) {
        list.setInput(index, constant, "the constant '" + name + "'");
      }
    }
    return list;
  }

  /** Collects options. For one thread. What a model cannot do is found out by {@link Model#network(NetworkOptions)}. */
  public static final class Builder {
    private final Map<String, long[]> shapes = new HashMap<>();
    private final Map<String, Tensor> constants = new HashMap<>();
    private String engine;
    private String instructionSet;
    private int threads = 1;
    private Weights weights = Weights.DEFAULT;

    private Builder() {}

    /**
     * The shape of an input. Default: as in the file, with the length 1 for open axes.
     *
     * @param input the name of the input
     * @param lengths the length of each axis; at most 8
     * @return this builder
     */
    public Builder shape(String input, long... lengths) {
      if (lengths.length > 8) {
        throw new IllegalArgumentException("'" + input + "' has at most 8 axes, not " + lengths.length);
      }
      shapes.put(Objects.requireNonNull(input, "input"), lengths.clone());
      return this;
    }

    /**
     * An input whose value is known already: {@link Network#run} does not take it. Values that decide about shapes,
     * such as axes or lengths, must be given so. Its shape is the tensor's.
     *
     * @param input the name of the input
     * @param value the value, which is copied when the network is made
     * @return this builder
     */
    public Builder constant(String input, Tensor value) {
      constants.put(Objects.requireNonNull(input, "input"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /**
     * Force an engine, for tests and benchmarks. Default: the best.
     *
     * @param engine {@code network} or {@code reference}; null for the default
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
     * Threads of a run, which start and end within it. They help where the first axis of all inputs and outputs is open
     * and rows along it do not depend on each other. Default: 1, the calling thread alone.
     *
     * @param threads from 1 to 1024; more is refused by {@link Model#network(NetworkOptions)}
     * @return this builder
     * @throws IllegalArgumentException if {@code threads} is less than 1
     */
    public Builder threads(int threads) {
      if (threads < 1) {
        throw new IllegalArgumentException("threads is " + threads);
      }
      this.threads = threads;
      return this;
    }

    /**
     * How matrices are kept. Default: {@link Weights#DEFAULT}.
     *
     * @param weights as the file has them, or rounded to bfloat16
     * @return this builder
     */
    public Builder weights(Weights weights) {
      this.weights = Objects.requireNonNull(weights, "weights");
      return this;
    }

    /**
     * The options as they stand now.
     *
     * @return immutable options
     */
    public NetworkOptions build() {
      return new NetworkOptions(this);
    }
  }
}
