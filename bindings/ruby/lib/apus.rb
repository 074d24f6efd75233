# frozen_string_literal: true

# dependencies
require "ffi"

# modules
require_relative "apus/version"
require_relative "apus/library"
require_relative "apus/text"
require_relative "apus/error"
require_relative "apus/handle"
require_relative "apus/resource"
require_relative "apus/info"
require_relative "apus/feature"
require_relative "apus/feature_table"
require_relative "apus/options"
require_relative "apus/row_encoder"
require_relative "apus/dense_rows"
require_relative "apus/value_rows"
require_relative "apus/sparse_rows"
require_relative "apus/rows"
require_relative "apus/base_margin"
require_relative "apus/scorer"
require_relative "apus/slot"
require_relative "apus/tensor_info"
require_relative "apus/tensor"
require_relative "apus/network_options"
require_relative "apus/network"
require_relative "apus/model"

# Score a trained model inside this process, with the numbers of the library that trained it.
#
#   model = Apus::Model.load("fraud.json")
#   model.score({"amount" => 12.5, "country" => "NO"})   # => 0.0312
#   model.score([[12.5, 3], [80.0, nil]])                # => [0.0312, 0.8125]
#
# The native library is opened at the first use, see {.ffi_lib=}.
module Apus
  # Opening the library is put off to the first use, so that {.ffi_lib=} can be set after the require and a missing
  # library is reported by the call that needs it.
  autoload :FFI, File.expand_path("apus/ffi", __dir__)
  autoload :Enums, File.expand_path("apus/enums", __dir__)

  # The shared state of closing (see Resource) counts under CRuby's interpreter lock.
  raise LoadError, "apus needs CRuby, this is #{RUBY_ENGINE}" unless RUBY_ENGINE == "ruby"

  class << self
    # @return [Array<String>, nil] the files or names given to {.ffi_lib=}
    attr_reader :ffi_lib

    # Use this library and no other: files, or names that the dynamic linker knows; the first that opens is taken.
    # Without it: the file in the environment variable APUS_LIBRARY and no other; else the library bundled with the
    # gem; else the system's.
    #
    # @param names [String, Array<String>, nil]
    # @raise [Apus::Error] once the library is open
    def ffi_lib=(names)
      raise Error, "the library is already open: set Apus.ffi_lib before the first use" unless autoload?(:FFI)

      @ffi_lib = names && Array(names).map { |name| File.path(name).dup.freeze }.freeze
    end

    # @return [String] the version of the native library, such as "0.1.0"
    def version
      FFI.apus_version_string
    end

    # @return [String] the level that new scorers run at: "v2", "v3", "v4" or "neon". The environment variable
    #   APUS_INSTRUCTION_SET, read when the library is opened, lowers it.
    def instruction_set
      FFI.apus_instruction_set_name
    end

    # Compare every engine and instruction set of this machine with the reference, bit for bit. Takes some
    # milliseconds and releases the interpreter lock.
    #
    # @return [true]
    # @raise [Apus::MachineError] naming the engine that is wrong
    def self_test
      error = Error.memory
      Error.check(FFI.apus_self_test_unlocked(error), error)
      true
    end
  end
end
