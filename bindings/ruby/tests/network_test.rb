# frozen_string_literal: true

require_relative "setup"

# Facts, misuse, lifetimes, threads and forks of networks.
class NetworkTest < Minitest::Test
  include ApusTest

  GRU = NetworkCase.named("gru")
  DENSE = NetworkCase.named("mlp")
  ENCODER = NetworkCase.named("transformer-encoder")

  def setup
    @model = Apus::Model.load(GRU.model_path)
    @network = @model.network(shapes: GRU.shapes)
    @inputs = GRU.inputs.transform_values(&:packed)
  end

  def teardown
    @network.close
    @model.close
  end

  def test_facts
    assert_equal [:onnx, 0, 2, 2], @model.info.to_h.values_at(:format, :feature_count, :input_count, :output_count)
    events, lengths = @model.inputs
    assert_equal ["events", :f32, ["batch", "steps", 8]], events.to_a
    assert_equal ["lengths", :i64, ["batch"]], lengths.to_a
    assert_equal %w[score embedding], @model.outputs.map(&:name)
    assert_equal [16, 12, 8], @network.inputs[0].shape
    assert_equal [["score", :f32, [16, 1]], ["embedding", :f32, [16, 24]]], @network.outputs.map(&:to_a)
    info = @model.network(shapes: GRU.shapes, engine: "reference", instruction_set: :v2).info
    assert_equal [2, 2, "reference", "v2"],
                 [info.input_count, info.output_count, info.engine, info.instruction_set]
    assert_operator info.step_count, :>, 1
    assert_operator info.memory_bytes, :>, 1000
    assert_operator info.operation_count, :>, 16 * 12 * 3 * 24 * 8
    assert [info, @model.inputs, @network.outputs].all? { |facts| Ractor.shareable?(facts) }
    assert_match(/\A#<Apus::Network network v\d inputs=\["events", "lengths"\] outputs=\["score", "embedding"\]>\z/,
                 @network.inspect)
    two_splits.then { |model| assert_equal [[], []], [model.inputs, model.outputs] }
  end

  def test_rows_are_scored_too
    model = Apus::Model.load(DENSE.model_path)
    rows = DENSE.inputs["payments"].nested
    assert_equal 30, model.info.feature_count
    assert_equal model.run({ payments: rows })["score"].flatten, model.score(rows)
  end

  # Of a probability. Rounding to bfloat16 moves each weight by at most 2**-9 of itself, up or down; the moves of many
  # weights cancel each other, so that the result moves by no more than one of them does.
  MOST_ROUNDED = 2.0**-9

  def test_weights_in_bfloat16
    model = Apus::Model.load(DENSE.model_path)
    rows = DENSE.inputs["payments"].nested
    scorer = model.scorer(weights: :bfloat16)
    scores = scorer.score(rows)
    moved = scores.zip(model.score(rows)).map { |rounded, given| (rounded - given).abs }.max
    assert_operator moved, :>, 0
    assert_operator moved, :<=, MOST_ROUNDED
    assert_equal(scores, rows.map { |row| scorer.score_row(row) })
    [1, rows.size].each do |count|
      network = model.network(shapes: { payments: [count, 30] }, weights: "bfloat16")
      assert_equal scores.take(count), network.run({ payments: rows.take(count) })["score"].flatten
    end
  end

  def test_weights_that_are_refused
    error = assert_raises(Apus::CallError) { two_splits.scorer(weights: :bfloat16) }
    assert_equal ["APUS_INVALID_OPTION", "weights are given as bfloat16, which is for networks"],
                 [error.status_name, error.message]
    error = assert_raises(Apus::CallError) { @model.network(engine: "reference", weights: :bfloat16) }
    assert_equal "the engine 'reference' has no weights in bfloat16", error.message
    [:scorer, :network].each do |method|
      error = assert_raises(ArgumentError) { @model.public_send(method, weights: :float16) }
      assert_equal "weights: must be one of nil, :bfloat16, got :float16", error.message
    end
  end

  def test_open_axes_have_the_length_one
    network = Apus::Model.load(DENSE.model_path).network
    assert_equal [[1, 30]], network.inputs.map(&:shape)
  end

  def test_ways_to_give_a_tensor
    expected = @network.run(@inputs)
    memory = FFI::MemoryPointer.new(:float, 16 * 12 * 8)
    memory.put_bytes(0, @inputs["events"])
    assert_equal expected, @network.run({ events: memory, lengths: GRU.inputs["lengths"].nested })
    assert_equal expected, @network.run({ "events".b => GRU.inputs["events"].nested, lengths: @inputs["lengths"] })
    assert_equal expected, @model.run(GRU.inputs.transform_values(&:nested))
    assert_equal(expected.transform_values { |value| value.flatten.pack("f*") }, @network.run(@inputs, packed: true))
  end

  def test_true_and_false
    model = Apus::Model.load(ENCODER.model_path)
    inputs = ENCODER.inputs.transform_values(&:nested)
    expected = model.run(inputs)
    assert_equal expected, model.run(inputs.merge("padding" => inputs["padding"].map { |row| row.map { |v| v ? 1 : 0 } }))
    error = assert_raises(TypeError) { model.run(inputs.merge("padding" => Array.new(16) { Array.new(12, 2) })) }
    assert_equal "the input 'padding' holds 2, which is no bool", error.message
  end

  def test_constants
    lengths = GRU.inputs["lengths"].nested
    known = @model.network(shapes: { events: [16, 12, 8] }, constants: { lengths: lengths })
    assert_equal ["events"], known.inputs.map(&:name)
    expected = @network.run(@inputs, packed: true)
    assert_equal expected, known.run({ events: @inputs["events"] }, packed: true)
  end

  def test_wrong_inputs
    {
      { events: @inputs["events"] } => "the input 'lengths' is missing: the network takes [\"events\", \"lengths\"]",
      @inputs.merge("length" => "") => "there is no input 'length': the network takes [\"events\", \"lengths\"]",
      @inputs.merge("lengths" => "12345678") => "the input 'lengths' has 8 bytes, but [16] of i64 are 128",
      @inputs.merge("lengths" => [1] * 15) =>
        "the input 'lengths' has 15 elements on axis 0, but the network is made for [16]",
      @inputs.merge("events" => [[1.0] * 8] * 16) =>
        "the input 'events' has 8 elements on axis 1, but the network is made for [16, 12, 8]",
      @inputs.merge("events" => 1) =>
        "the input 'events' has no Array but Integer on axis 0, but the network is made for [16, 12, 8]"
    }.each do |inputs, message|
      error = assert_raises(Apus::CallError) { @network.run(inputs) }
      assert_equal message, error.message
    end
    [[1.5], ["1"], [nil], [2**63], [true]].each do |(value)|
      error = assert_raises(TypeError) { @network.run(@inputs.merge("lengths" => [value] * 16)) }
      assert_match(/\Athe input 'lengths' holds .+, which is no i64\z/, error.message)
    end
    [nil, [], "events", { 1 => 2 }].each { |inputs| assert_raises(TypeError) { @network.run(inputs) } }
    unsized = FFI::Pointer.new(64)
    assert_raises(ArgumentError) { @network.run(@inputs.merge("events" => unsized)) }
    error = assert_raises(ArgumentError) { @model.run(@inputs) }
    assert_equal "the input 'events' is packed and has no shape: make a network for it", error.message
  end

  def test_wrong_options
    error = assert_raises(Apus::CallError) { @model.network(shapes: { event: [1] }) }
    assert_equal ["APUS_NOT_FOUND", "there is no input 'event': the network takes [\"events\", \"lengths\"]"],
                 [error.status_name, error.message]
    error = assert_raises(Apus::CallError) { @model.network(shapes: { events: [1, 12, 9] }) }
    assert_equal "axis 2 of 'events' has the length 9, but in the network 8", error.message
    assert_raises(Apus::CallError) { @model.network(shapes: { events: [1] * 9 }) }
    assert_raises(Apus::CallError) { @model.network(shapes: { events: [-1, 12, 8] }) }
    assert_raises(TypeError) { @model.network(shapes: { events: [1.5, 12, 8] }) }
    assert_raises(TypeError) { @model.network(shapes: { events: [2**64, 12, 8] }) }
    assert_raises(TypeError) { @model.network(shapes: [1]) }
    assert_raises(Apus::CallError) { @model.network(engine: "ranked") }
    error = assert_raises(Apus::ModelError) { two_splits.network }
    assert_equal "the model is no network: make a scorer of it", error.message
  end

  def test_lifetimes
    @network.run(@inputs).then do |expected|
      @model.run(GRU.inputs.transform_values(&:nested))
      @model.close
      assert_equal expected, @network.run(@inputs)
    end
    %i[network inputs outputs].each { |method| assert_raises(Apus::ClosedError) { @model.public_send(method) } }
    assert_raises(Apus::ClosedError) { @model.run(@inputs) }
    @network.close
    %i[inputs outputs info].each { |method| assert_raises(Apus::ClosedError) { @network.public_send(method) } }
    error = assert_raises(Apus::ClosedError) { @network.run(@inputs) }
    assert_equal "this Apus::Network is closed", error.message
    assert_equal "#<Apus::Network closed>", @network.inspect
    assert_raises(TypeError) { @network.dup }
  end

  def test_released_once
    recording_releases(:apus_network_release) do |released|
      network = @model.network(shapes: GRU.shapes)
      3.times { network.close }
      assert_equal 1, released.size
    end
  end

  def test_every_collection_between
    model = Apus::Model.load(DENSE.model_path)
    row = DENSE.inputs["payments"].rows(0..0)
    expected = model.run({ payments: row.nested })
    GC.stress = true
    found = [model.run({ payments: row.nested }), model.network(shapes: { payments: [1, 30] }).run({ payments: row.packed })]
    GC.stress = false
    assert_equal [expected] * 2, found
  ensure
    GC.stress = false
  end

  # More threads than a network has workspaces.
  def test_threads
    expected = @network.run(@inputs)
    threads = Array.new(20) { Thread.new { Array.new(20) { @network.run(@inputs) == expected }.all? } }
    assert_equal [true] * 20, threads.map(&:value)
  end

  def test_networks_are_kept_for_eight_choices_of_shapes
    inputs = ->(rows) { GRU.inputs.transform_values { |values| values.rows(0...rows).nested } }
    results = (1..12).map { |rows| @model.run(inputs.call(rows))["score"].flatten }
    results.each { |scores| assert_equal results.last.first(scores.size), scores }
  end

  def test_children_of_a_fork_run_the_same
    expected = @network.run(@inputs)
    nested = GRU.inputs.transform_values(&:nested)
    @model.run(nested)
    children = Array.new(3) do
      fork { exit!(@network.run(@inputs) == expected && @model.run(nested) == expected ? 0 : 1) }
    end
    assert_equal([0] * 3, children.map { |child| Process.wait2(child)[1].exitstatus })
  end
end
