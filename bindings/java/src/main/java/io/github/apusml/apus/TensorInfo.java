package io.github.apusml.apus;

import java.util.Arrays;
import java.util.Optional;

/** What a network takes or gives under one name. Immutable, and independent of its model's or network's life. */
public final class TensorInfo {
  /** How many numbers {@link Native#tensorInfo} fills in: the element, the rank, and a length for each axis. */
  static final int NUMBERS = 10;

  private final String name;
  private final ElementType element;

  /** Null if the file does not say how many axes there are. */
  private final long[] shape;

  private final String[] axisNames;

  /** From {@link Native#tensorInfo}: numbers as above, and as texts the name and those of the axes. */
  TensorInfo(long[] numbers, byte[][] texts) {
    this.name = Texts.decode(texts[0]);
    this.element = ElementType.of(numbers[0]);
    int rank = (int) numbers[1];
    this.shape = rank < 0 ? null : Arrays.copyOfRange(numbers, 2, 2 + rank);
    this.axisNames = new String[Math.max(rank, 0)];
    for (int axis = 0; axis < axisNames.length; axis++) {
      axisNames[axis] = texts[1 + axis] == null ? null : Texts.decode(texts[1 + axis]);
    }
  }

  /**
   * The name in the file.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * The type of the elements.
   *
   * @return the type; {@link ElementType#UNKNOWN} for an output of which the file does not say it
   */
  public ElementType element() {
    return element;
  }

  /**
   * The length of each axis, -1 for one that is open. In a network all are known.
   *
   * @return a copy; empty if the file does not say how many axes there are
   */
  public Optional<long[]> shape() {
    return Optional.ofNullable(shape).map(long[]::clone);
  }

  /**
   * What the file calls an open axis, such as {@code batch}.
   *
   * @param axis the index of the axis, from 0
   * @return the name; empty if the axis is not open or has none
   * @throws IndexOutOfBoundsException if there is no such axis
   */
  public Optional<String> axisName(int axis) {
    return Optional.ofNullable(axisNames[axis]);
  }

  boolean hasShape(long[] other) {
    return Arrays.equals(shape, other);
  }

  /** The shape with 1 for open axes. Null if there is none. */
  long[] smallestShape() {
    return shape == null ? null : Arrays.stream(shape).map(length -> length < 0 ? 1 : length).toArray();
  }

  @Override
  public String toString() {
    return "TensorInfo[" + name + " " + element + " " + Arrays.toString(shape) + "]";
  }
}
