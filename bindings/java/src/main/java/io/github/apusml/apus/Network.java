package io.github.apusml.apus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network compiled for inputs of known shapes, and for this processor. Immutable; all methods may be called from any
 * thread at the same time, and take no lock. Made by {@link Model#network(NetworkOptions)}. Independent of its model:
 * it works on after the model is closed.
 *
 * <pre>{@code
 * NetworkOptions options = NetworkOptions.builder().shape("events", 1, 32, 16).build();
 * try (Network network = model.network(options)) {
 *   Map<String, Tensor> outputs = network.run(Map.of("events", Tensor.of(events, 1, 32, 16)));
 *   float score = outputs.get("score").floats()[0];
 * }
 * }</pre>
 */
public final class Network implements AutoCloseable {
  private final NativeHandle handle;
  private final NetworkInfo info;
  private final List<TensorInfo> inputs;
  private final List<TensorInfo> outputs;

  private Network(long address) {
    long[] numbers = new long[NetworkInfo.NUMBERS];
    byte[][] texts = Native.networkInfo(address, numbers);
    this.info = new NetworkInfo(numbers, texts);
    this.inputs = tensors(address, Native.NETWORK_INPUT, info.inputCount());
    this.outputs = tensors(address, Native.NETWORK_OUTPUT, info.outputCount());
    this.handle = new NativeHandle(this, "this network", address, Native::networkRelease);
  }

  /** Takes over a native network, and frees it if its facts cannot be had. */
  static Network own(long address) {
    try {
      return new Network(address);
    } catch (Throwable failure) {
      Native.networkRelease(address);
      throw failure;
    }
  }

  /** The tensors of a native model or network, of one of the kinds that {@link Native} tells. */
  static List<TensorInfo> tensors(long address, int kind, int count) {
    List<TensorInfo> tensors = new ArrayList<>(count);
    for (int index = 0; index < count; index++) {
      long[] numbers = new long[TensorInfo.NUMBERS];
      byte[][] texts = Native.tensorInfo(address, kind, index, numbers);
      tensors.add(new TensorInfo(numbers, texts));
    }
    return Collections.unmodifiableList(tensors);
  }

  /**
   * What was decided when the network was made. Works after {@link #close}, too.
   *
   * @return the facts
   */
  public NetworkInfo info() {
    return info;
  }

  /**
   * The tensors that {@link #run} takes, with the lengths that they have in this network.
   *
   * @return unmodifiable
   */
  public List<TensorInfo> inputs() {
    return inputs;
  }

  /**
   * The tensors that {@link #run} gives.
   *
   * @return unmodifiable
   */
  public List<TensorInfo> outputs() {
    return outputs;
  }

  /**
   * Runs the network once.
   *
   * @param inputs a tensor for each input, of its type and shape
   * @return a new tensor for each output, in an array, in the network's order
   * @throws ApusException {@link Status#NOT_FOUND} for an input that is missing or unknown, {@link
   *     Status#INVALID_ARGUMENT} for one of another type or shape, {@link Status#OUT_OF_MEMORY}
   * @throws IllegalStateException after {@link #close}
   */
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    Map<String, Tensor> results = new LinkedHashMap<>();
    for (TensorInfo output : outputs) {
      results.put(output.name(), Tensor.zeros(output.element(), output.smallestShape()));
    }
    run(inputs, results);
    return results;
  }

  /**
   * Runs the network once, into tensors of the caller's.
   *
   * @param inputs a tensor for each input, of its type and shape
   * @param outputs a tensor for each output, of its type and shape, whose arrays and buffers receive the results.
   *     Memory of direct buffers must not overlap. After a failure their content is unspecified
   * @throws ApusException as above, for outputs too
   * @throws java.nio.ReadOnlyBufferException if an output cannot be written
   * @throws IllegalStateException after {@link #close}
   */
  public void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
    Objects.requireNonNull(inputs, "inputs");
    Objects.requireNonNull(outputs, "outputs");
    TensorList.checkNames(inputs, this.inputs, "input", "takes");
    TensorList.checkNames(outputs, this.outputs, "output", "gives");
    TensorList list = new TensorList(inputs.size() + outputs.size());
    int place = 0;
    for (TensorInfo input : this.inputs) {
      Tensor tensor = checked(inputs.get(input.name()), input, "input");
      list.setInput(place++, tensor, "the input '" + input.name() + "'");
    }
    List<Tensor> results = new ArrayList<>(this.outputs.size());
    for (TensorInfo output : this.outputs) {
      Tensor tensor = checked(outputs.get(output.name()), output, "output");
      tensor.requireWritable();
      results.add(tensor);
      list.setOutput(place++, tensor);
    }
    int use = handle.enter();
    try {
      Native.networkRun(handle.address(), list.data, list.numbers, this.inputs.size(), list.copiedBytes);
    } finally {
      handle.exit(use, this);
    }
    for (int index = 0; index < results.size(); index++) {
      list.takeTexts(this.inputs.size() + index, results.get(index));
    }
  }

  private static Tensor checked(Tensor tensor, TensorInfo info, String what) {
    if (tensor.element() != info.element()) {
      throw new ApusException(
          Status.INVALID_ARGUMENT,
          String.format(
              "the %s '%s' has elements of type %s, but the network's are %s",
              what, info.name(), tensor.element(), info.element()));
    }
    if (!info.hasShape(tensor.ownShape())) {
      throw new ApusException(
          Status.INVALID_ARGUMENT,
          String.format(
              "the %s '%s' has the shape %s, but the network is made for %s",
              what, info.name(), shown(tensor.ownShape()), shown(info.smallestShape())));
    }
    return tensor;
  }

  private static String shown(long[] shape) {
    return Arrays.toString(shape);
  }

  /**
   * Whether {@link #close} was called.
   *
   * @return true from then on
   */
  public boolean isClosed() {
    return handle.isClosed();
  }

  /**
   * Ends the use of the network. New calls throw at once; the native memory is freed now, or by the last call that is
   * still running. Does not wait, and may be repeated.
   */
  @Override
  public void close() {
    handle.close();
  }
}
