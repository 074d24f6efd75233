# frozen_string_literal: true

require_relative "setup"
require "fileutils"
require "open3"
require "rbconfig"
require "tmpdir"

# The gem that people install: built, unpacked, and used without any other file of the repository.
class GemTest < Minitest::Test
  FOLDER = File.expand_path("..", __dir__)
  LIBRARY = Apus::FFI.ffi_libraries.first.name

  def test_the_gem_for_all_platforms
    Dir.mktmpdir do |folder|
      unpacked = build(folder)
      assert_equal "apus-#{Apus::VERSION}", File.basename(unpacked)
      assert_equal "#{Apus::VERSION}\n", ruby(unpacked, LIBRARY)
    end
  end

  def test_the_gem_that_brings_the_library
    Dir.mktmpdir do |folder|
      Dir.mkdir(File.join(folder, "vendor"))
      FileUtils.cp(LIBRARY, File.join(folder, "vendor/libapus.so"))
      unpacked = build(folder)
      assert_equal "apus-#{Apus::VERSION}-#{Gem::Platform.local}", File.basename(unpacked)
      assert_equal "#{Apus::VERSION}\n", ruby(unpacked, nil)
    end
  end

  def test_it_has_every_file_of_lib
    files = Dir.chdir(FOLDER) { Gem::Specification.load("apus.gemspec").files }
    assert_equal Dir["lib/**/*.rb", base: FOLDER].sort, files.grep(%r{\Alib/}).sort
    refute_empty files.grep("README.md")
  end

  private

  # @return [String] the folder of the unpacked gem
  def build(folder)
    %w[lib apus.gemspec README.md .yardopts].each { |name| FileUtils.cp_r(File.join(FOLDER, name), folder) }
    run_gem(folder, "build", "apus.gemspec")
    built = Dir[File.join(folder, "*.gem")]
    assert_equal 1, built.size
    run_gem(folder, "unpack", built[0], "--target", File.join(folder, "unpacked"))
    Dir[File.join(folder, "unpacked/*")].first
  end

  def run_gem(folder, *arguments)
    output, status = Open3.capture2e(RbConfig.ruby, "-S", "gem", *arguments, chdir: folder)
    assert_predicate status, :success?, output
  end

  def ruby(unpacked, library)
    environment = { "APUS_LIBRARY" => library }
    code = "Apus.self_test; puts Apus.version"
    Open3.capture2e(environment, RbConfig.ruby, "-I", File.join(unpacked, "lib"), "-r", "apus", "-e", code).first
  end
end
