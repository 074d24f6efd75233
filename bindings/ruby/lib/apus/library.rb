# frozen_string_literal: true

module Apus
  # Finds the native library.
  # @private
  module Library
    ABI_VERSION = 1
    ROOT = File.expand_path("../..", __dir__).freeze
    FILE_NAME = ::FFI.map_library_name("apus").freeze

    class << self
      # @return [String] the file or name of the library that opened
      # @raise [LoadError] listing what was tried
      def find
        tried = candidates.map do |candidate|
          problem = problem_with(candidate)
          return candidate unless problem

          "  #{candidate}: #{problem}"
        end
        raise LoadError, "cannot open the Apus library; tried #{reason}:\n#{tried.join("\n")}\n" \
                         "Set APUS_LIBRARY to the file, or Apus.ffi_lib before the first use."
      end

      private

      # Where somebody named a library, nothing else is tried: they know better, and a silent second choice hides it.
      def candidates
        return Apus.ffi_lib if Apus.ffi_lib
        return [override] if override

        ["vendor", "lib"].map { |folder| File.join(ROOT, folder, FILE_NAME) } + system_names
      end

      def override
        name = ENV["APUS_LIBRARY"]
        name unless name.nil? || name.empty?
      end

      def system_names
        return [FILE_NAME] unless ::FFI::Platform::LIBSUFFIX == "so"

        ["#{FILE_NAME}.#{ABI_VERSION}", FILE_NAME]
      end

      def reason
        return "what Apus.ffi_lib names" if Apus.ffi_lib
        return "what APUS_LIBRARY names" if override

        "the gem's folder and the system's libraries"
      end

      # nil, or why this library cannot be used.
      def problem_with(name)
        return "no such file" if name.include?("/") && !File.file?(name)

        library = ::FFI::DynamicLibrary.open(name, ::FFI::DynamicLibrary::RTLD_NOW | ::FFI::DynamicLibrary::RTLD_LOCAL)
        symbol = library.find_function("apus_abi_version")
        return "not an Apus library: it has no function apus_abi_version" unless symbol

        abi = ::FFI::Function.new(:uint32, [], symbol).call
        "its ABI version is #{abi}, this gem (#{VERSION}) was made for #{ABI_VERSION}" unless abi == ABI_VERSION
      rescue LoadError => error
        error.message
      end
    end
  end
end
