package io.github.apusml.apus;

/**
 * How to load a model from its file. Immutable.
 *
 * <pre>{@code
 * Model model = Model.load(path, LoadOptions.DEFAULT.withMapping(true));
 * }</pre>
 */
public final class LoadOptions {
  /** Read the file, compare its checksums, and read files that it names. */
  public static final LoadOptions DEFAULT = new LoadOptions(false, true, true);

  final boolean mapped;
  final boolean checksums;
  final boolean otherFiles;

  private LoadOptions(boolean mapped, boolean checksums, boolean otherFiles) {
    this.mapped = mapped;
    this.checksums = checksums;
    this.otherFiles = otherFiles;
  }

  /**
   * The same options, with the file mapped into memory or read. Mapped, large tensors of floats of a network in Apus's own
   * file stay in the file's pages, which processes share. Nobody may shorten or change the file while the model lives: a
   * process that reads behind the new end is ended by SIGBUS. Replacing it by a rename, as {@link Model#save} does, is no
   * change.
   *
   * @param mapped whether the file is mapped; by default it is read
   * @return new options
   */
  public LoadOptions withMapping(boolean mapped) {
    return new LoadOptions(mapped, checksums, otherFiles);
  }

  /**
   * The same options, with or without a comparison of the numbers of a network in Apus's own file with their checksum,
   * which reads all of them.
   *
   * @param checksums whether they are compared, as by default
   * @return new options
   */
  public LoadOptions withChecksums(boolean checksums) {
    return new LoadOptions(mapped, checksums, otherFiles);
  }

  /**
   * The same options, with or without files that an ONNX file names for its numbers. Those in its folder and below it are
   * read; without them such a model is refused.
   *
   * @param otherFiles whether they are read, as by default
   * @return new options
   */
  public LoadOptions withOtherFiles(boolean otherFiles) {
    return new LoadOptions(mapped, checksums, otherFiles);
  }
}
