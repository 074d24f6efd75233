# frozen_string_literal: true

require_relative "setup"

class SlotTest < Minitest::Test
  include ApusTest

  ROW = [0.0, 0.0].freeze

  # A model that gives the same for every row.
  def constant(value)
    Apus::Model.load_bytes(TinyModel.json(features: 2, trees: [TinyModel.split(0, 0.5, value, value)])) do |model|
      model.scorer
    end
  end

  def test_published_scorers_may_be_closed
    recording_releases(:apus_scorer_release) do |released|
      first = constant(1.0)
      slot = Apus::Slot.new(first)
      first.close
      assert_equal 1.0, slot.score_row(ROW)
      second = constant(2.0)
      assert_empty released
      assert_nil slot.publish(second)
      assert_equal 1, released.size
      second.close
      assert_equal [2.0, [2.0, 2.0], 2.0], [slot.score_row(ROW), slot.score([ROW, ROW], threads: 2), slot.score(ROW)]
      slot.close
      slot.close
      assert_equal 2, released.size
    end
  end

  def test_acquired_scorers_outlive_the_slot
    recording_releases(:apus_scorer_release) do |released|
      slot = Apus::Slot.new(constant(1.0).tap { |scorer| @first = scorer })
      acquired = slot.acquire
      @first.close
      slot.publish(constant(2.0))
      assert_equal 2.0, slot.acquire.score_row(ROW)
      slot.close
      assert_equal 1.0, acquired.score_row(ROW)
      assert_empty released
      acquired.close
      assert_equal 1, released.size
    end
  end

  def test_names_of_the_model_are_known
    model = two_splits
    slot = Apus::Slot.new(model.scorer)
    model.close
    assert_equal 3.0, slot.score_row({ "a" => 0, b: 0 })
    assert_equal 3.0, slot.acquire.score({ "a" => 0, b: 0 })
  end

  def test_wrong_calls
    scorer = constant(1.0)
    slot = Apus::Slot.new(scorer)
    [nil, 1, two_splits, slot].each do |value|
      assert_raises(TypeError) { Apus::Slot.new(value) }
      assert_raises(TypeError) { slot.publish(value) }
    end
    assert_raises(Apus::CallError) { slot.score_row([1]) }
    assert_raises(TypeError) { slot.dup }
    closed = constant(2.0)
    closed.close
    error = assert_raises(Apus::ClosedError) { slot.publish(closed) }
    assert_equal "this Apus::Scorer is closed", error.message
    assert_raises(Apus::ClosedError) { Apus::Slot.new(closed) }
    assert_equal 1.0, slot.score_row(ROW)
    assert_match(/\A#<Apus::Slot #<Apus::Scorer score .*>>\z/, slot.inspect)

    slot.close
    assert slot.closed?
    assert_equal "#<Apus::Slot closed>", slot.inspect
    [-> { slot.score_row(ROW) }, -> { slot.score([ROW]) }, -> { slot.acquire }, -> { slot.publish(scorer) }].each do |call|
      error = assert_raises(Apus::ClosedError, &call)
      assert_equal "this Apus::Slot is closed", error.message
    end
    assert_equal 1.0, scorer.score_row(ROW)
  end

  # Nobody is ever told "closed", and every scorer is freed once.
  def test_swaps_under_eight_threads
    recording_releases(:apus_scorer_release) do |released|
      slot = Apus::Slot.new(constant(0.0).tap { |scorer| @first = scorer })
      @first.close
      done = false
      readers = Array.new(8) { |number| Thread.new { read_until(slot, number) { done } } }
      (1..300).each do |value|
        scorer = constant(value.to_f)
        slot.publish(scorer)
        scorer.close
        assert_equal value.to_f, slot.score_row(ROW)
        Thread.pass
      end
      done = true
      readers.each { |reader| assert_operator reader.value, :>, 0 }
      slot.close
      assert_equal 301, released.size
    end
  end

  def test_children_of_a_fork
    slot = Apus::Slot.new(constant(1.0))
    child = fork do
      before = slot.score_row(ROW)
      slot.publish(constant(2.0))
      exit!([before, slot.score_row(ROW)] == [1.0, 2.0] ? 0 : 1)
    end
    assert_equal 0, Process.wait2(child)[1].exitstatus
    assert_equal 1.0, slot.score_row(ROW)
  end

  private

  # Scores never go back: a call that begins later sees the same scorer or a later one.
  def read_until(slot, number)
    calls = 0
    last = 0.0
    until yield && calls.positive?
      score =
        case number % 3
        when 0 then slot.score_row(ROW)
        when 1 then slot.score([ROW, ROW]).first
        else
          scorer = slot.acquire
          scorer.score_row(ROW).tap { scorer.close }
        end
      raise "#{score} after #{last}" if score < last

      last = score
      calls += 1
      # Else each keeps the interpreter lock for its time slice.
      Thread.pass
    end
    calls
  end
end
