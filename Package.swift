// swift-tools-version: 6.2
import PackageDescription

// MARK: - Settings

/// Release builds use Embedded Swift: no Swift runtime in the shared library. Debug builds and tests use
/// ordinary Swift on the same sources. Not `enableExperimentalFeature`, whose condition is forgotten when a
/// product is linked: the test bundle would not find the Swift runtime.
///
/// No array literal becomes a variable of the object file: a function that several modules emit numbers such variables
/// differently in each, and the linker, which keeps one of a name, gave one function the array of another.
let embedded = [
  "-enable-experimental-feature", "Embedded", "-Xllvm", "-sil-disable-pass=object-outliner",
]

let core: [SwiftSetting] = [
  .unsafeFlags(embedded + ["-wmo"], .when(configuration: .release))
]

/// For the module that sees untrusted bytes: each use of raw memory is marked `unsafe`, its proof beside it.
let fenced: [SwiftSetting] = core + [.strictMemorySafety()]

/// Kernels and engines are optimised in debug builds too, so that tests which compare them stay quick.
let optimised: [SwiftSetting] = core + [.unsafeFlags(["-O"], .when(configuration: .debug))]

#if arch(x86_64)
  let baseline = ["-march=x86-64-v2"]
#else
  let baseline: [String] = []
#endif

/// A copy of the kernels for one x86-64 level. Their folders are links to Sources/ApusKernels.
func kernels(_ level: String, define: String, cpu: [String]) -> Target {
  .target(
    name: "ApusKernels\(level)",
    dependencies: ["CApusShims"],
    swiftSettings: optimised + [
      .define(define), .unsafeFlags(cpu.flatMap { ["-Xcc", $0] }),
    ])
}

let shims: [CSetting] = [
  .unsafeFlags(["-fvisibility=hidden", "-ffp-contract=off", "-Wall", "-Wextra"])
]

let package = Package(
  name: "apus",
  products: [.library(name: "apus", type: .dynamic, targets: ["Apus"])],
  targets: [
    // MARK: The contract
    .systemLibrary(name: "CApus", path: "include"),

    // MARK: What Swift cannot spell
    .target(name: "CApusShims", cSettings: shims),

    // MARK: Meaning, then formats, then engines, in the order of the data
    .target(name: "ApusModel", dependencies: ["CApusShims"], swiftSettings: optimised),
    .target(
      name: "ApusFormats", dependencies: ["ApusModel"],
      exclude: [
        "Apus/FORMAT.md", "CatBoost/FORMAT.md", "LightGBM/FORMAT.md", "ONNX/FORMAT.md", "XGBoost/FORMAT.md",
      ],
      swiftSettings: fenced),
    .target(
      name: "ApusKernels", dependencies: ["CApusShims"],
      swiftSettings: optimised + [.unsafeFlags(baseline.flatMap { ["-Xcc", $0] })]),
    kernels("V3", define: "APUS_LEVEL_V3", cpu: ["-march=x86-64-v3"]),
    kernels("V4", define: "APUS_LEVEL_V4", cpu: ["-march=x86-64-v4", "-mavx512vbmi", "-mavx512vnni"]),
    .target(
      name: "ApusEngine",
      dependencies: ["CApus", "ApusModel", "CApusShims", "ApusKernels", "ApusKernelsV3", "ApusKernelsV4"],
      swiftSettings: optimised),

    // MARK: The C functions
    .target(
      name: "Apus",
      dependencies: ["CApus", "ApusFormats", "ApusEngine", "ApusModel", "CApusShims"],
      exclude: ["exports.map"],
      swiftSettings: core,
      linkerSettings: [
        .linkedLibrary("m"),
        .unsafeFlags(
          embedded + [
            "-use-ld=lld", "-Xlinker", "--icf=all", "-Xlinker", "--as-needed", "-Xlinker", "--gc-sections",
            "-Xlinker", "-soname=libapus.so.1",
            "-Xlinker", "--wrap=posix_memalign", "-Xlinker", "--wrap=free",
            "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/Apus/exports.map", "-Xlinker",
            "-z", "-Xlinker", "defs",
            "-Xlinker", "-z", "-Xlinker", "relro", "-Xlinker", "-z", "-Xlinker", "now", "-Xlinker",
            "--strip-all",
          ], .when(configuration: .release)),
      ]),

    // MARK: Tests
    .testTarget(
      name: "TestSupport", dependencies: ["ApusEngine", "ApusFormats", "ApusModel"], swiftSettings: optimised),
    .testTarget(name: "ApusModelTests", dependencies: ["ApusModel", "TestSupport"]),
    .testTarget(name: "ApusFormatsTests", dependencies: ["ApusFormats", "TestSupport"]),
    .testTarget(
      name: "ApusEngineTests", dependencies: ["ApusEngine", "TestSupport"], swiftSettings: optimised),
    .testTarget(name: "ApusTests", dependencies: ["Apus", "CApus", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)

// MARK: - Fuzzers

/// Only for Tests/Fuzz/run, which sets APUS_FUZZ and builds into a folder of its own: the modules above with
/// coverage counters and address checks, and a program for each fuzzer.
if Context.environment["APUS_FUZZ"] == "1" {
  // APUS_FUZZ: limits that bound work are low, so that what reaches them is quick.
  let checked = [
    "-O", "-D", "APUS_FUZZ", "-sanitize=fuzzer,address", "-Xfrontend", "-assert-config", "-Xfrontend",
    "Debug",
  ]
  for target in package.targets where target.type == .regular {
    if target.name == "CApusShims" {
      target.cSettings! += [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])]
    } else {
      target.swiftSettings! += [.unsafeFlags(checked)]
    }
  }
  // Without counters: what the fuzzers themselves do is not to guide them.
  let harness: [CSetting] = [
    .headerSearchPath("../../../include"), .headerSearchPath("../Support"), .define("_GNU_SOURCE"),
    .unsafeFlags(["-O1", "-g", "-fsanitize=address", "-Wall", "-Wextra"]),
  ]
  package.targets.append(
    .target(name: "FuzzSupport", path: "Tests/Fuzz/Support", publicHeadersPath: ".", cSettings: harness))
  for (name, folder) in [
    ("fuzz-json", "JSON"), ("fuzz-ubjson", "UBJSON"), ("fuzz-lightgbm", "LightGBM"), ("fuzz-cbm", "CBM"),
    ("fuzz-apus", "Apus"), ("fuzz-onnx", "ONNX"),
    ("fuzz-scoring", "Scoring"),
    ("fuzz-differential", "Differential"), ("fuzz-networks", "Networks"),
  ] {
    package.targets.append(
      .executableTarget(
        name: name, dependencies: ["Apus", "FuzzSupport"], path: "Tests/Fuzz/\(folder)", cSettings: harness,
        linkerSettings: [.unsafeFlags(["-use-ld=lld", "-sanitize=fuzzer,address"])]))
  }
}
