/// What a network may cost before it is refused: a file of a few bytes can ask for any amount of work.
public struct NetworkLimits: Sendable {
  /// Operations of what is computed from constants, and bytes of it.
  let foldedWork: Double
  let foldedBytes: Int

  #if APUS_FUZZ
    public static let load = NetworkLimits(foldedWork: 0x1p20, foldedBytes: 16 << 20)
    public static let call = NetworkLimits(foldedWork: 0x1p21, foldedBytes: 32 << 20)
    public static let planned = 1 << 12
  #else
    /// When a file is loaded: a second or two, and memory that the header allows any file to take.
    public static let load = NetworkLimits(foldedWork: 0x1p26, foldedBytes: 192 << 20)
    /// When a caller, who has seen the file's inputs, asks for a network or a scorer.
    public static let call = NetworkLimits(foldedWork: 0x1p28, foldedBytes: 1 << 30)
    /// Values, steps or nodes that are planned: loops are unrolled, and functions inlined.
    public static let planned = 1 << 17
  #endif

  /// Beside them, for each byte of constants in the file: weights are unpacked, transposed, scaled.
  static let workPerByte = 64.0
  static let bytesPerByte = 32

  /// Graphs inside of graphs, and functions that call functions.
  public static let depth = 16
  /// Attributes of a node: no operator has as many, and each is compared with others.
  public static let attributes = 128

  /// Bytes of the values of a run.
  static let runBytes = 1 << 30
  /// Operations of a run: minutes, far beyond what is worth a call within a process.
  static let runWork = 0x1p40
}
