package io.github.apusml.apus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.LongFunction;

/**
 * A loaded model file. Immutable; all methods may be called from any thread at the same time.
 *
 * <pre>{@code
 * try (Model model = Model.load(Path.of("fraud.json")); Scorer scorer = model.scorer()) {
 *   double score = scorer.scoreRow(row);
 * }
 * }</pre>
 *
 * <p>The model holds native memory until {@link #close}, or until the garbage collector finds it unused. Scorers and
 * networks made from it are independent: they work on after the model is closed. Everything that the methods return is a copy and
 * lives on as well.
 *
 * <p>After {@code close} every method but {@code close} and {@link #isClosed} throws {@link IllegalStateException}.
 */
public final class Model implements AutoCloseable {
  private final NativeHandle handle;

  /** Null until {@link #newRow} is called. */
  private volatile FeatureNames names;

  private Model(long address) {
    this.handle = new NativeHandle(this, "this model", address, Native::modelRelease);
  }

  /** Takes over a native model, and frees it if Java has no memory for its owner. */
  private static Model own(long address) {
    try {
      return new Model(address);
    } catch (Throwable failure) {
      Native.modelRelease(address);
      throw failure;
    }
  }

  /**
   * Loads a model from a file. The format is detected from the content, never from the name. The file is read once. An
   * ONNX file may name others that hold its numbers: those in its folder and below it are read too.
   *
   * @param path a file of any file system; one that is not the default (in a jar, in memory) is read by Java
   * @return the model, to be closed by the caller
   * @throws ApusException if the file cannot be read, or is no model that Apus can score
   * @throws UnsatisfiedLinkError if the native library cannot be loaded
   */
  public static Model load(Path path) {
    return load(path, LoadOptions.DEFAULT);
  }

  /**
   * Loads a model from a file as options say.
   *
   * @param path as of {@link #load(Path)}; options are for files of the default file system
   * @param options how to load it
   * @return the model, to be closed by the caller
   * @throws ApusException if the file cannot be read, or is no model that Apus can score
   * @throws UnsatisfiedLinkError if the native library cannot be loaded
   */
  public static Model load(Path path, LoadOptions options) {
    Objects.requireNonNull(options, "options");
    if (path.getFileSystem() == FileSystems.getDefault()) {
      NativeLibrary.load();
      byte[] bytes = Texts.encode(path);
      return own(
          Native.modelLoadFile(bytes, bytes.length, options.mapped, !options.checksums, !options.otherFiles));
    }
    try {
      return load(Files.readAllBytes(path));
    } catch (IOException failure) {
      throw new ApusException(Status.FILE_UNREADABLE, "cannot read " + path.toUri() + ": " + failure, failure);
    }
  }

  /**
   * Loads a model from the bytes of a file.
   *
   * @param bytes the whole file; not kept
   * @return the model, to be closed by the caller
   * @throws ApusException if the bytes are no model that Apus can score
   * @throws UnsatisfiedLinkError if the native library cannot be loaded
   */
  public static Model load(byte[] bytes) {
    Objects.requireNonNull(bytes, "bytes");
    NativeLibrary.load();
    return own(Native.modelLoadBytes(bytes, 0, bytes.length));
  }

  /**
   * Loads a model from the bytes between a buffer's position and limit, which stay as they are. A direct buffer is
   * read in place: its memory must not go away during the call, as that of a mapped file does when somebody truncates
   * the file.
   *
   * @param bytes the whole file, in a direct or heap buffer of any byte order; not kept
   * @return the model, to be closed by the caller
   * @throws ApusException if the bytes are no model that Apus can score
   * @throws UnsatisfiedLinkError if the native library cannot be loaded
   */
  public static Model load(ByteBuffer bytes) {
    Objects.requireNonNull(bytes, "bytes");
    NativeLibrary.load();
    // The caller's buffer may be moved by another thread between two questions; a duplicate is ours alone.
    ByteBuffer mine = bytes.duplicate();
    if (mine.isDirect()) {
      return own(Native.modelLoadDirect(mine, mine.position(), mine.remaining()));
    }
    if (mine.hasArray()) {
      return own(Native.modelLoadBytes(mine.array(), mine.arrayOffset() + mine.position(), mine.remaining()));
    }
    byte[] copy = new byte[mine.remaining()];
    mine.get(copy);
    return load(copy);
  }

  /**
   * Compiles a scorer with the default options: scores, from all trees.
   *
   * @return the scorer, to be closed by the caller
   * @throws ApusException if native memory is short, or the environment names no instruction set
   */
  public Scorer scorer() {
    return scorer(ScorerOptions.DEFAULT);
  }

  /**
   * Compiles a scorer. Takes time in proportion to the model: make one and keep it.
   *
   * @param options what the scorer gives
   * @return the scorer, to be closed by the caller
   * @throws ApusException {@link Status#INVALID_OPTION} if an option is out of its range, {@link Status#UNSUPPORTED}
   *     if the model cannot do
   *     it, or as in {@link #scorer()}
   */
  public Scorer scorer(ScorerOptions options) {
    Objects.requireNonNull(options, "options");
    byte[] engine = Texts.encodeWithZero(options.engine);
    byte[] instructionSet = Texts.encodeWithZero(options.instructionSet);
    return Scorer.own(
        call(
            model ->
                Native.scorerCreate(
                    model,
                    options.output.ordinal(),
                    options.iterationBegin,
                    options.iterationEnd,
                    options.hasMissingValue,
                    options.missingValue,
                    options.absent.ordinal(),
                    options.unseen.ordinal(),
                    options.weights.ordinal(),
                    engine,
                    instructionSet)));
  }

  /**
   * Compiles a network for the shapes in the file, with the length 1 for open axes, and everything else by default.
   *
   * @return the network, to be closed by the caller
   * @throws ApusException as in {@link #network(NetworkOptions)}
   */
  public Network network() {
    return network(NetworkOptions.DEFAULT);
  }

  /**
   * Compiles a network. Takes time in proportion to the model: make one for each choice of shapes and keep it.
   *
   * @param options shapes, inputs whose values are known, the engine
   * @return the network, to be closed by the caller
   * @throws ApusException {@link Status#UNSUPPORTED} if the model is no network or the shapes need what Apus does not
   *     have, {@link Status#NOT_FOUND} for a shape or a constant of no input, {@link Status#INVALID_OPTION} for a shape
   *     that is not the file's, {@link Status#INVALID_MODEL} for shapes that do not fit each other, {@link
   *     Status#LIMIT_EXCEEDED}, {@link Status#OUT_OF_MEMORY}
   */
  public Network network(NetworkOptions options) {
    Objects.requireNonNull(options, "options");
    byte[] engine = Texts.encodeWithZero(options.engine);
    byte[] instructionSet = Texts.encodeWithZero(options.instructionSet);
    return Network.own(
        call(
            model -> {
              List<TensorInfo> inputs = Network.tensors(model, Native.MODEL_INPUT, infoOf(model).inputCount());
              long[] shapes = options.shapesOf(inputs);
              TensorList constants = options.constantsOf(inputs);
              return Native.networkCreate(
                  model,
                  shapes,
                  inputs.size(),
                  constants == null ? null : constants.data,
                  constants == null ? null : constants.numbers,
                  constants == null ? 0 : constants.copiedBytes,
                  engine,
                  instructionSet,
                  options.threads,
                  options.weights.ordinal());
            }));
  }

  /**
   * The tensors that a network takes, as the file has them. Made anew by each call: ask once.
   *
   * @return unmodifiable; empty for a model that is no network
   */
  public List<TensorInfo> inputs() {
    return call(model -> Network.tensors(model, Native.MODEL_INPUT, infoOf(model).inputCount()));
  }

  /**
   * The tensors that a network gives, as the file has them.
   *
   * @return unmodifiable; empty for a model that is no network
   */
  public List<TensorInfo> outputs() {
    return call(model -> Network.tensors(model, Native.MODEL_OUTPUT, infoOf(model).outputCount()));
  }

  /**
   * Writes the model as Apus's own file, which loads faster than any other. The file appears under its name when it is
   * complete. A copy loaded from it gives the same numbers.
   *
   * @param path a file of the default file system
   * @throws ApusException {@link Status#FILE_UNWRITABLE} if the file cannot be written
   */
  public void save(Path path) {
    byte[] bytes = Texts.encode(path);
    call(
        model -> {
          Native.modelSaveFile(model, bytes, bytes.length);
          return null;
        });
  }

  /**
   * Facts about the model.
   *
   * @return the facts
   */
  public ModelInfo info() {
    return call(Model::infoOf);
  }

  private static ModelInfo infoOf(long model) {
    long[] numbers = new long[ModelInfo.NUMBERS];
    byte[][] texts = Native.modelInfo(model, numbers);
    return new ModelInfo(numbers, texts);
  }

  /**
   * The features, in the order of a row's values. Made anew by each call: ask once.
   *
   * @return one element for each column of a row, unmodifiable
   */
  public List<Feature> features() {
    return call(
        model -> {
          ModelInfo info = infoOf(model);
          int count = info.featureCount();
          // It hashes the text of categories, and stores no tables of them.
          boolean takesAnyCategory = info.sourceLibrary().equals("catboost");
          List<Feature> features = new ArrayList<>(count);
          for (int index = 0; index < count; index++) {
            features.add(feature(model, index, takesAnyCategory));
          }
          return Collections.unmodifiableList(features);
        });
  }

  private static Feature feature(long model, int index, boolean takesAnyCategory) {
    long[] numbers = new long[Feature.NUMBERS];
    byte[] name = Native.modelFeature(model, index, numbers);
    int categoryCount = (int) numbers[1];
    List<Object> categories = new ArrayList<>(categoryCount);
    for (int code = 0; code < categoryCount; code++) {
      categories.add(category(model, index, code));
    }
    FeatureKind kind = FeatureKind.of(numbers[0]);
    boolean hasDoubtfulCategories = numbers[2] != 0;
    boolean takesText =
        categories.isEmpty()
            ? takesAnyCategory && kind == FeatureKind.CATEGORICAL
            : categories.get(0) instanceof String && !hasDoubtfulCategories;
    return new Feature(
        index, name == null ? null : Texts.decode(name), kind, categories, takesText, hasDoubtfulCategories);
  }

  /**
   * An empty row of this model's features, for values by name. To be filled and scored many times by one thread.
   *
   * @return a row in which every value is missing
   */
  public Row newRow() {
    FeatureNames known = names;
    if (known == null) {
      // Two threads may do it at once, and get the same.
      names = known = call(Model::namesOf);
    }
    return new Row(known);
  }

  private static FeatureNames namesOf(long model) {
    String[] names = new String[infoOf(model).featureCount()];
    for (int index = 0; index < names.length; index++) {
      byte[] name = Native.modelFeature(model, index, new long[Feature.NUMBERS]);
      names[index] = name == null ? null : Texts.decode(name);
    }
    return new FeatureNames(names);
  }

  /** Text if the category has it, else what the glue says: a whole number, or the bits of a real one. */
  private static Object category(long model, int feature, int code) {
    long[] numbers = new long[2];
    byte[] text = Native.modelCategory(model, feature, code, numbers);
    if (text != null) {
      return Texts.decode(text);
    }
    if (numbers[0] != 0) {
      return Double.longBitsToDouble(numbers[1]);
    }
    return numbers[1];
  }

  /**
   * The index of a feature. Takes time in proportion to the number of features: look names up once, not per row.
   *
   * @param name the name, as training knew it
   * @return the index, from 0; empty if there is no such feature
   */
  public OptionalInt findFeature(String name) {
    byte[] utf8 = Texts.encode(name);
    return found(call(model -> Native.modelFindFeature(model, utf8, utf8.length)));
  }

  /**
   * The code of a category of text. What to score for one that training did not see is the caller's choice: NaN goes
   * the way of a missing value; -1 is in no set. Takes time in proportion to the size of the table.
   *
   * @param feature the index of the feature, from 0
   * @param category the category
   * @return the code: the value to score; empty if there is no such category
   * @throws ApusException {@link Status#INDEX_OUT_OF_RANGE} if there is no such feature
   */
  public OptionalInt findCategory(int feature, String category) {
    byte[] utf8 = Texts.encode(category);
    return found(call(model -> Native.modelFindCategoryText(model, feature, utf8, utf8.length)));
  }

  /**
   * The code of a category that is a whole number; the rest as in {@link #findCategory(int, String)}.
   *
   * @param feature the index of the feature, from 0
   * @param category the category
   * @return the code: the value to score; empty if there is no such category
   * @throws ApusException {@link Status#INDEX_OUT_OF_RANGE} if there is no such feature
   */
  public OptionalInt findCategory(int feature, long category) {
    return found(call(model -> Native.modelFindCategoryInteger(model, feature, category)));
  }

  private static OptionalInt found(int index) {
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
  }

  /**
   * Notes that the trainer left in the file, such as {@code best_score}.
   *
   * @return names and values in the order of the file, unmodifiable
   */
  public Map<String, String> attributes() {
    return call(
        model -> {
          int count = infoOf(model).attributeCount();
          Map<String, String> attributes = new LinkedHashMap<>();
          for (int index = 0; index < count; index++) {
            byte[][] attribute = Native.modelAttribute(model, index);
            attributes.put(Texts.decode(attribute[0]), Texts.decode(attribute[1]));
          }
          return Collections.unmodifiableMap(attributes);
        });
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
   * Ends the use of the model. Its native memory is freed now, or when the last running call and the last scorer are
   * done. May be repeated.
   */
  @Override
  public void close() {
    handle.close();
  }

  private <T> T call(LongFunction<T> action) {
    int use = handle.enter();
    try {
      return action.apply(handle.address());
    } finally {
      handle.exit(use, this);
    }
  }
}
