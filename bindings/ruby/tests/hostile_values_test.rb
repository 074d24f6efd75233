# frozen_string_literal: true

require_relative "setup"

# Whatever Ruby value comes in, the process lives and the exception is one of those that the manual names.
class HostileValuesTest < Minitest::Test
  include ApusTest

  EXPECTED = [TypeError, ArgumentError, Apus::Error].freeze

  # Empties the row that it stands in while the row is being read.
  class Emptier < Numeric
    def initialize(row)
      super()
      @row = row
    end

    def to_f
      @row.clear
      GC.start
      0.0
    end
  end

  # Scores again while a row is being read.
  class Reentrant < Numeric
    def initialize(scorer)
      super()
      @scorer = scorer
    end

    def to_f
      @scorer.score_row([1, 1])
      0.0
    end
  end

  class LyingString < String
    def bytesize
      1 << 30
    end

    def dup
      ""
    end
  end

  class LyingHash < Hash
    def size
      2
    end

    def fetch_values(*)
      [1] * 100
    end
  end

  class LyingArray < Array
    def all?(*)
      true
    end

    def size
      2
    end

    def dup
      nil
    end
  end

  def test_random_values
    model = two_splits
    outcomes = Hash.new(0)
    # Ruby itself warns that 10**400 becomes Infinity.
    verbose, $VERBOSE = $VERBOSE, nil
    values.product(calls(model, model.scorer)) do |value, call|
      call.call(value)
      outcomes[:answered] += 1
    rescue *EXPECTED => error
      refute_empty error.message
      outcomes[:refused] += 1
    end
    assert_operator outcomes[:answered], :>, 20
    assert_operator outcomes[:refused], :>, 500
    assert_same 3.0, model.score([0, 0])
  ensure
    $VERBOSE = verbose
  end

  def test_a_row_that_changes_while_it_is_read
    row = [nil, 1]
    row[0] = Emptier.new(row)
    assert_same 9.0, two_splits.score(row)
    rows = [[0, 0], [0, 0]]
    rows[0][0] = Emptier.new(rows)
    assert_same [3.0, 3.0], two_splits.score(rows)
  end

  def test_scoring_while_a_row_is_read
    scorer = two_splits.scorer
    assert_same 9.0, scorer.score_row([Reentrant.new(scorer), nil])
    assert_same [9.0], scorer.score([[Reentrant.new(scorer), nil]])
  end

  def test_objects_that_lie
    assert_raises(Apus::CallError) { two_splits.score(LyingArray.new([1])) }
    assert_raises(Apus::CallError) { two_splits.score([LyingArray.new([1] * 100)]) }
    assert_same 9.0, two_splits.score(LyingArray.new([nil, nil]))
    assert_raises(Apus::CallError) { two_splits.score(LyingHash.new) }
    assert_same [3.0], two_splits.score(LyingString.new([0.0, 0.0].pack("d*")), dtype: :f64)
    assert_same 3.0, Apus::Model.load_bytes(LyingString.new(TWO_SPLITS)).score([0, 0])
    lengths = LyingArray.new([0] * 5)
    assert_raises(Apus::CallError) { two_splits.score(Apus::SparseRows.new(lengths, [0], [1]), base_margin: [1]) }
  end

  def test_a_row_that_holds_itself
    row = [1]
    row << row
    assert_raises(TypeError) { two_splits.score(row) }
  end

  private

  # Every place that takes a value.
  def calls(model, scorer)
    [
      ->(value) { model.score(value) }, ->(value) { model.score([value, value]) },
      ->(value) { scorer.score_row(value) }, ->(value) { model.score([[1, value]]) },
      ->(value) { model.score({ a: value, b: value }) },
      ->(value) { model.score({ "b" => 2 }.compare_by_identity.tap { |row| row[value] = 1 }) },
      ->(value) { model.score([1, 2], threads: value) }, ->(value) { model.score([[1, 2]], threads: value) },
      ->(value) { model.score([[1, 2]], base_margin: value) }, ->(value) { model.score([1, 2], base_margin: [value]) },
      ->(value) { model.score(value, dtype: :f32) }, ->(value) { model.score("x" * 8, dtype: value) },
      ->(value) { model.score([1, 2], dtype: value) }, ->(value) { model.score([1, 2], iterations: value) },
      ->(value) { model.score([1, 2], iterations: [0, value]) }, ->(value) { model.score([1, 2], missing: value) },
      ->(value) { model.score([1, 2], absent: value) }, ->(value) { model.score([1, 2], unseen: value) },
      ->(value) { model.scorer(engine: value) }, ->(value) { model.scorer(instruction_set: value) },
      ->(value) { model.scorer(output: value) }, ->(value) { Apus::SparseRows.new(value, [0], [1]) },
      ->(value) { Apus::SparseRows.new([0, 1], [value], [value]) }, ->(value) { Apus::Model.load_bytes(value) },
      ->(value) { Apus::Model.load(value) }
    ]
  end

  def values
    [
      nil, true, false, 0, -1, 1, 2**31, 2**63, 2**64, -2**200, 10**400, 0.5, -0.0, Float::NAN, Float::INFINITY,
      Float::MIN / 2, 1r, Complex(1, 0),
      "", "a", "x" * 16, "x" * 17, "\xff", "\0", "größe", "größe".encode("UTF-16LE"),
      "12".dup.force_encoding("UTF-32BE"),
      :a, :"\0", [], [1], [1, 2], [nil, nil], [[]], [[1, 2], [3]], [1, [2]],
      {}, { a: 1 }, { "a" => 1, "b" => nil }, { nil => nil }, 1..2, (1..),
      Object, Object.new, BasicObject.new, Kernel, -> {}, Time.at(0), $stdin, Thread.current, Mutex.new,
      ::FFI::Pointer::NULL, ::FFI::MemoryPointer.new(8), ::FFI::MemoryPointer.new(7), ::FFI::Buffer.new(8),
      ::FFI::MemoryPointer.new(16).slice(8, 8), Apus::SparseRows.new([0, 1], [0], [1]),
      Struct.new(:a).new(1), Class.new(Numeric).new, Class.new(String).new("a"), Class.new(Hash).new
    ]
  end
end
