# frozen_string_literal: true

REPOSITORY = File.expand_path("../../..", __dir__)
$LOAD_PATH.unshift(File.expand_path("../lib", __dir__))

require "apus"
require "minitest/autorun"
require "minitest/mock"
require_relative "support/conformance_case"
require_relative "support/network_case"
require_relative "support/tiny_model"

module ApusTest
  # 1.0 added for a below 0.5, 2.0 for b below 0.25; 4.0 and 8.0 where not. A missing a goes left, a missing b right.
  TWO_SPLITS = TinyModel.json(
    features: 2, names: %w[a b], types: %w[float float],
    trees: [TinyModel.split(0, 0.5, 1.0, 4.0), TinyModel.split(1, 0.25, 2.0, 8.0, default_left: false)]
  ).freeze

  def two_splits
    Apus::Model.load_bytes(TWO_SPLITS)
  end

  def fixture(name)
    File.join(REPOSITORY, "Tests/Fixtures/xgboost", name)
  end

  # Equality of bits, except that each NaN equals each other.
  def assert_same(expected, actual, message = nil)
    assert same?(expected, actual), "#{message}: expected #{short(expected)}, got #{short(actual)}"
  end

  def same?(expected, actual)
    return false unless expected.instance_of?(actual.class)
    return [expected].pack("d") == [actual].pack("d") || (expected.nan? && actual.nan?) if expected.is_a?(Float)
    return expected == actual unless expected.is_a?(Array)

    expected.size == actual.size && expected.zip(actual).all? { |a, b| same?(a, b) }
  end

  def short(value)
    text = value.inspect
    text.size > 300 ? "#{text[0, 300]}..." : text
  end

  # Run the block with the addresses that the C function frees, for objects made within the block.
  def recording_releases(function)
    native = Apus::FFI.method(function)
    released = []
    recorder = lambda do |pointer|
      released << pointer.address
      native.call(pointer)
    end
    Apus::FFI.stub(function, recorder) { yield released }
  end
end
