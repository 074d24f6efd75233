# frozen_string_literal: true

require_relative "setup"
require "tmpdir"
require "zlib"

# Networks that real frameworks exported: their numbers within a bound, and the bits that C gets.
class NetworkConformanceTest < Minitest::Test
  include ApusTest

  CASES = NetworkCase.all

  # Units in the last place of an output's largest number: Tests/Parity/ONNX/test_networks.py tells why.
  MOST_UNITS = 16

  # What Tests/C/network-bits printed for the same library.
  BITS = ENV.key?("APUS_NETWORK_BITS") && File.readlines(ENV.fetch("APUS_NETWORK_BITS"), chomp: true).sort

  def test_there_are_cases
    refute_empty CASES
  end

  CASES.each do |network_case|
    define_method("test_#{network_case.name}") do
      Apus::Model.load(network_case.model_path) do |model|
        packed = check_packed(model, network_case)
        check_nested(model, network_case, packed)
        check_single_rows(model, network_case, packed)
        check_saved(model, network_case, packed)
      end
    end
  end

  private

  def check_packed(model, network_case)
    network = model.network(shapes: network_case.shapes)
    results = network.run(network_case.inputs.transform_values(&:packed), packed: true)
    assert_equal network_case.outputs.keys, results.keys
    results.each { |name, bytes| assert_close network_case.outputs[name], bytes, "#{network_case.name} #{name}" }
    if BITS
      lines = results.map { |name, bytes| format("%s %s %08x", network_case.name, name, Zlib.crc32(bytes)) }
      assert_equal BITS.grep(/\A#{network_case.name} /), lines.sort
    end
    results
  ensure
    network&.close
  end

  def check_nested(model, network_case, packed)
    results = model.run(network_case.inputs.transform_values(&:nested))
    network_case.outputs.each do |name, values|
      found = NetworkCase::Values.new(values.dtype, values.shape, results[name].flatten)
      assert_equal packed[name], found.packed
      assert_equal results[name], found.nested, "nested as the shape says"
    end
  end

  def check_single_rows(model, network_case, packed)
    network = model.network(shapes: network_case.shapes(1))
    rows = Array.new(network_case.row_count) do |row|
      network.run(network_case.inputs.transform_values { |values| values.rows(row..row).packed }, packed: true)
    end
    packed.each { |name, bytes| assert_equal bytes, rows.map { |row| row[name] }.join, "rows alone" }
  ensure
    network&.close
  end

  # A copy in Apus's own file gives the same bits.
  def check_saved(model, network_case, packed)
    Dir.mktmpdir do |folder|
      path = File.join(folder, "model.apus")
      model.save(path)
      Apus::Model.load(path, mapped: true, checksums: false, other_files: false) do |copy|
        network = copy.network(shapes: network_case.shapes)
        assert_equal packed, network.run(network_case.inputs.transform_values(&:packed), packed: true)
        assert_equal :apus, copy.info.format
      ensure
        network&.close
      end
    end
  end

  def assert_close(expected, bytes, what)
    found = bytes.unpack(NetworkCase::TYPES.fetch(expected.dtype)[1])
    assert_equal expected.elements.size, found.size, what
    largest = expected.elements.map(&:abs).max
    unit = Math.ldexp(1, Math.frexp(largest)[1] - (expected.dtype == "f32" ? 24 : 53))
    worst = expected.elements.zip(found).map { |wanted, value| (wanted - value).abs }.max
    assert_operator worst, :<=, MOST_UNITS * unit, what
  end
end
