# frozen_string_literal: true

require_relative "setup"

# Who frees what, and when.
class LifetimeTest < Minitest::Test
  include ApusTest

  def test_close_frees_once
    recording_releases(:apus_model_release) do |released|
      model = two_splits
      refute_predicate model, :closed?
      assert_nil model.close
      assert_nil model.close
      assert_predicate model, :closed?
      assert_equal 1, released.size
    end
  end

  def test_nothing_works_after_close
    model = two_splits
    scorer = model.scorer
    scorer.close
    model.close
    calls = [
      -> { model.score([1, 2]) }, -> { model.margins([[1, 2]]) }, -> { model.leaf_indices([1, 2]) }, -> { model.info },
      -> { model.features }, -> { model.attributes }, -> { model.scorer }, -> { scorer.score([1, 2]) },
      -> { scorer.score([[1, 2]]) }, -> { scorer.score_row([1, 2]) }, -> { scorer.score({ a: 1, b: 2 }) },
      -> { scorer.info }
    ]
    calls.each do |call|
      error = assert_raises(Apus::ClosedError, &call)
      assert_match(/\Athis Apus::(Model|Scorer) is closed\z/, error.message)
      assert_equal "APUS_INVALID_ARGUMENT", error.status_name
    end
  end

  def test_a_scorer_outlives_its_model
    recording_releases(:apus_model_release) do |released|
      model = two_splits
      scorer = model.scorer
      2.times { model.close }
      assert_empty released
      assert_same 3.0, scorer.score_row({ "a" => 0, "b" => 0 })
      scorer.close
      assert_equal 1, released.size
    end
  end

  def test_closing_a_model_closes_the_scorers_it_made_for_itself
    recording_releases(:apus_scorer_release) do |scorers|
      recording_releases(:apus_model_release) do |models|
        model = two_splits
        model.score([1, 2])
        model.leaf_indices([1, 2])
        model.score([1, 2], iterations: 0..0)
        model.close
        assert_equal [3, 1], [scorers.size, models.size]
      end
    end
  end

  def test_the_last_user_frees
    parent_freed = []
    freed = []
    parent = Apus::Handle.new(::FFI::Pointer.new(16), ->(pointer) { parent_freed << pointer.address }, nil)
    handle = Apus::Handle.new(::FFI::Pointer.new(32), ->(pointer) { freed << pointer.address }, parent)
    assert_equal 32, handle.acquire.address
    parent.release
    handle.release
    assert_empty freed
    handle.release
    assert_equal [[32], [16]], [freed, parent_freed]
    assert_nil handle.acquire
    handle.release
    assert_equal [[32], [16]], [freed, parent_freed]
  end

  def test_what_an_interrupted_call_made_is_freed
    freed = []
    release = ->(pointer) { freed << pointer.address }
    assert_raises(Interrupt) do
      Apus::Handle.create(release) do |slot, _error|
        slot.write_pointer(::FFI::Pointer.new(64))
        raise Interrupt
      end
    end
    assert_equal [64], freed
  end

  def test_what_nobody_closes_is_collected
    recording_releases(:apus_model_release) do |released|
      Thread.new { 50.times { two_splits.score([0, 0]) } }.join
      GC.start
      # Ruby's collector may take a stray number on the stack for a reference; most must go.
      assert_operator released.size, :>, 40
    end
  end

  def test_models_do_not_pile_up
    json = TinyModel.json(features: 3, trees: TinyModel.many(2000))
    size = Apus::Model.load_bytes(json) { |model| model.info.memory_bytes }
    turns = 200_000_000 / [size, 100_000].max
    10.times { Apus::Model.load_bytes(json) { |model| model.score([1, 2, 3]) } }
    before = resident_bytes
    turns.times { Apus::Model.load_bytes(json) { |model| model.score([1, 2, 3]) } }
    assert_operator resident_bytes - before, :<, 100_000_000, "after #{turns} loads of #{size} bytes"
  end

  def test_every_collection_between
    model = two_splits
    model.score([[nil, 1], { "a" => 1, "b" => nil }])
    results = under_stress do
      [
        model.score([0, 0]), model.score({ "a" => 0, "b" => 0 }), model.score([[0, 0], { a: nil, b: nil }]),
        model.score([0.0, 0.0, 1.0, 1.0].pack("d*"), dtype: :f64), model.leaf_indices([0, 1]),
        model.score(Apus::SparseRows.new([0, 1], [0], [1])), model.scorer(engine: "reference").score_row([0, 0]),
        Apus::Model.load_bytes(TWO_SPLITS) { |other| other.features.map(&:name) },
        (begin
          model.score([1, "x"])
        rescue TypeError
          :refused
        end)
      ]
    end
    assert_equal [3.0, 3.0, [3.0, 9.0], [3.0, 12.0], [1, 2], [12.0], 3.0, %w[a b], :refused], results
  end

  def test_compaction_between
    model = two_splits
    packed = [0.0, 0.0].pack("d*")
    results = Array.new(20) do
      GC.compact
      [model.score(packed, dtype: :f64, threads: 2), model.score({ a: 1, b: 1 })]
    end
    assert_equal [[[3.0], 12.0]], results.uniq
  end

  private

  def under_stress
    GC.stress = true
    yield
  ensure
    GC.stress = false
  end

  def resident_bytes
    GC.start
    File.read("/proc/self/status")[/VmRSS:\s+(\d+) kB/, 1].to_i * 1024
  end
end
