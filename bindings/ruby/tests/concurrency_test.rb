# frozen_string_literal: true

require_relative "setup"
require "timeout"

# Threads, fibers, interrupts and fork.
class ConcurrencyTest < Minitest::Test
  include ApusTest

  TREES = 400
  JSON_LARGE = TinyModel.json(features: 3, trees: TinyModel.many(TREES)).freeze

  def setup
    @model = Apus::Model.load_bytes(JSON_LARGE)
    random = Random.new(7)
    @rows = Array.new(300) { Array.new(3) { random.rand(65) / 64.0 } }
    @expected = @model.margins(@rows)
  end

  def teardown
    @model.close
  end

  def test_threads_share_a_scorer
    scorer = @model.scorer(output: :margin)
    outcomes = in_threads(8) do |number|
      Array.new(30) do |turn|
        case (number + turn) % 3
        when 0 then scorer.score(@rows, threads: 2) == @expected
        when 1 then scorer.score(@rows.flatten.pack("d*"), dtype: :f64) == @expected
        else @rows.first(50).map { |row| scorer.score_row(row) } == @expected.first(50)
        end
      end.all?
    end
    assert_equal [true] * 8, outcomes
  end

  def test_fibers_share_a_scorer
    scorer = @model.scorer(output: :margin)
    switching = Class.new(Numeric) do
      define_method(:initialize) { |value| @value = value }
      define_method(:to_f) { Fiber.yield && @value }
    end
    fibers = @rows.first(20).map { |row| Fiber.new { scorer.score_row([switching.new(row[0]), row[1], row[2]]) } }
    fibers.each(&:resume)
    assert_equal @expected.first(20), fibers.map { |fiber| fiber.resume(true) }
  end

  # A batch that kept the interpreter lock would leave a gap of its own length in what the main thread does.
  def test_a_large_batch_lets_other_threads_run
    scorer = @model.scorer(output: :margin)
    rows = large
    alone = seconds { scorer.score(rows, dtype: :f32) }
    gaps = Array.new(3) { largest_gap(Thread.new { scorer.score(rows, dtype: :f32) }) }
    assert_operator gaps.min, :<, alone / 2, "the main thread stood still, while a batch alone takes #{alone}"
  end

  def test_close_waits_for_the_calls_that_are_inside
    caught = 5.times.any? do
      recording_releases(:apus_scorer_release) do |released|
        close_during_a_batch(@model.scorer(output: :margin), released)
      end
    end
    assert caught, "no batch of five was still running when it was closed"
  end

  def test_close_under_eight_threads
    recording_releases(:apus_scorer_release) do |released|
      scorer = @model.scorer(output: :margin)
      started = Queue.new
      threads = Array.new(8) do |number|
        Thread.new do
          started << true
          score_until_closed(scorer, number)
        end
      end
      8.times { started.pop }
      sleep 0.05
      closers = Array.new(3) { Thread.new { scorer.close } }
      closers.each(&:join)
      assert_equal [:closed] * 8, threads.map(&:value)
      assert_equal 1, released.size
    end
  end

  def test_an_interrupt_strikes_at_the_end_of_a_batch_and_leaves_no_trace
    scorer = @model.scorer(output: :margin)
    assert_raises(Timeout::Error) { Timeout.timeout(0.002) { loop { scorer.score(large, dtype: :f32) } } }
    thread = Thread.new { loop { scorer.score(large, dtype: :f32) } }
    Thread.pass until inside?(scorer)
    thread.kill
    assert thread.join(60)
    refute inside?(scorer)
    assert_same @expected, scorer.score(@rows)
  end

  def test_scorers_are_made_once_by_many_threads
    recording_releases(:apus_scorer_release) do |released|
      model = Apus::Model.load_bytes(JSON_LARGE)
      assert_equal [@expected[0]] * 8, in_threads(8) { model.margins(@rows[0]) }
      model.close
      assert_equal 1, released.size
    end
  end

  def test_children_of_a_fork_score_the_same
    scorer = @model.scorer(output: :margin)
    scorer.score(@rows, threads: 2)
    busy = Thread.new { loop { scorer.score(@rows, threads: 2) } }
    children = Array.new(4) do
      fork do
        same = scorer.score(@rows) == @expected && scorer.score(@rows, threads: 2) == @expected &&
               @model.margins(@rows) == @expected && two_splits.score([0, 0]) == 3.0
        scorer.close
        @model.close
        GC.start
        exit!(same ? 0 : 1)
      end
    end
    statuses = children.map { |child| Process.wait2(child)[1].exitstatus }
    assert_equal [0] * 4, statuses
    assert_same @expected, scorer.score(@rows)
  ensure
    busy&.kill&.join
  end

  private

  # Rows for about 0.2 seconds, a multiple of @rows.
  def large
    @large ||= begin
      some = (@rows * 10).flatten.pack("f*")
      once = seconds { @model.margins(some, dtype: :f32) }
      (some * (0.2 / once).ceil.clamp(1, 500)).freeze
    end
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def seconds
    start = now
    yield
    now - start
  end

  # The longest time that this thread stood still while the other lived.
  def largest_gap(thread)
    largest = 0.0
    last = now
    while thread.alive?
      moment = now
      largest = [largest, moment - last].max
      last = moment
    end
    largest
  end

  def in_threads(count)
    Array.new(count) { |number| Thread.new { yield number } }.map(&:value)
  end

  # Whether a call is using the native scorer now.
  def inside?(scorer)
    scorer.instance_variable_get(:@handle).instance_variable_get(:@users) > 1
  end

  def close_during_a_batch(scorer, released)
    batch = Thread.new { scorer.score(large, dtype: :f32) }
    Thread.pass until inside?(scorer) || !batch.alive?
    scorer.close
    caught = batch.alive? && released.empty?
    assert_same @expected * (large.bytesize / (@rows.size * 12)), batch.value
    assert_equal 1, released.size
    assert_raises(Apus::ClosedError) { scorer.score_row(@rows[0]) }
    caught
  end

  def score_until_closed(scorer, number)
    loop do
      same = number.even? ? scorer.score(@rows, threads: 2) == @expected : scorer.score_row(@rows[0]) == @expected[0]
      return :wrong unless same
    end
  rescue Apus::ClosedError
    :closed
  end
end
