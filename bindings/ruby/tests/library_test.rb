# frozen_string_literal: true

require_relative "setup"
require "fileutils"
require "open3"
require "rbconfig"
require "tmpdir"

# How the native library is found, each time in a fresh Ruby.
class LibraryTest < Minitest::Test
  LIBRARY = File.absolute_path(Apus::FFI.ffi_libraries.first.name)
  FOLDER = File.expand_path("../lib", __dir__)

  def test_apus_library_names_the_file
    assert_equal "#{Apus::VERSION}\n", ruby("puts Apus.version", library: LIBRARY)
  end

  def test_apus_library_is_the_only_one_tried
    output = ruby("Apus.version", library: "/no/such/libapus.so")
    assert_match(/cannot open the Apus library; tried what APUS_LIBRARY names:/, output)
    assert_match(%r{  /no/such/libapus.so: no such file}, output)
    assert_match(/LoadError/, output)
    refute_match(%r{/vendor/libapus}, output)
  end

  def test_ffi_lib_goes_first
    code = "Apus.ffi_lib = ['/no/such/library.so', #{LIBRARY.inspect}]; puts Apus.version; p Apus.ffi_lib.size"
    assert_equal "#{Apus::VERSION}\n2\n", ruby(code, library: "/no/such/libapus.so")
    assert_match(/tried what Apus.ffi_lib names: \(LoadError\)\n  nothing-of-that-name: /,
                 ruby("Apus.ffi_lib = 'nothing-of-that-name'; Apus.version", library: LIBRARY))
  end

  def test_ffi_lib_comes_too_late
    output = ruby("Apus.version; Apus.ffi_lib = 'x'", library: LIBRARY)
    assert_match(/the library is already open/, output)
  end

  def test_another_try_after_a_failure
    code = "begin; Apus.version; rescue LoadError; end; Apus.ffi_lib = #{LIBRARY.inspect}; puts Apus.version"
    assert_equal "#{Apus::VERSION}\n", ruby(code, library: "/no/such/libapus.so")
  end

  def test_what_is_no_apus_library
    Dir.mktmpdir do |folder|
      text = File.join(folder, "text.so")
      File.write(text, "text")
      assert_match(/text.so: .*(invalid ELF header|file too short)/, ruby("Apus.version", library: text))

      other = compile(folder, "other", "int other(void) { return 1; }")
      assert_match(/not an Apus library: it has no function apus_abi_version/, ruby("Apus.version", library: other))

      newer = compile(folder, "newer", "unsigned apus_abi_version(void) { return 99; }")
      assert_match(/its ABI version is 99, this gem \(\S+\) was made for 1/, ruby("Apus.version", library: newer))
    end
  end

  def test_the_bundled_library
    Dir.mktmpdir do |folder|
      FileUtils.cp_r(FOLDER, folder)
      Dir.mkdir(File.join(folder, "vendor"))
      FileUtils.cp(LIBRARY, File.join(folder, "vendor", "libapus.so"))
      assert_equal "#{Apus::VERSION}\n", ruby("puts Apus.version", library: nil, folder: File.join(folder, "lib"))
      assert_equal "#{Apus::VERSION}\n", ruby("puts Apus.version", library: "", folder: File.join(folder, "lib"))
    end
  end

  def test_requiring_opens_nothing
    assert_equal "ok\n", ruby("puts :ok", library: "/no/such/libapus.so")
  end

  private

  def ruby(code, library:, folder: FOLDER)
    environment = { "APUS_LIBRARY" => library, "LC_ALL" => "C.UTF-8" }
    output, = Open3.capture2e(environment, RbConfig.ruby, "-I", folder, "-r", "apus", "-e", code)
    output
  end

  def compile(folder, name, text)
    source = File.join(folder, "#{name}.c")
    File.write(source, text)
    library = File.join(folder, "#{name}.so")
    assert system("gcc", "-shared", "-fPIC", source, "-o", library)
    library
  end
end
