# frozen_string_literal: true

# Prints what a call costs from Ruby, in nanoseconds: the fastest of several runs, on a model so small that nearly all
# of it is the way there and back. Asserts nothing.
#
#   APUS_LIBRARY=... ruby tests/overhead.rb

$LOAD_PATH.unshift(File.expand_path("../lib", __dir__))
require "apus"
require_relative "support/tiny_model"

RUNS = 20

def nanoseconds(calls)
  start = Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
  index = 0
  while index < calls
    yield
    index += 1
  end
  (Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond) - start).fdiv(calls)
end

def report(name, calls: 20_000, per: 1, runs: RUNS, &block)
  puts format("  %-46s %9.0f", name, Array.new(runs) { nanoseconds(calls, &block) }.min / per)
end

def measure(features)
  names = Array.new(features) { |index| "feature_#{index}" }
  json = TinyModel.json(features: features, names: names, types: ["float"] * features,
                        trees: [TinyModel.split(0, 0.5, 1.0, 4.0)])
  model = Apus::Model.load_bytes(json)
  scorer = model.scorer
  row = Array.new(features) { |index| index / 8.0 }
  with_nil = [nil, *row.drop(1)]
  by_symbol = names.map(&:to_sym).zip(row).to_h
  by_string = names.zip(row).to_h
  memory = ::FFI::MemoryPointer.new(:double, features).put_array_of_double(0, row)
  out = ::FFI::MemoryPointer.new(:double, 1)
  handle = scorer.instance_variable_get(:@handle).pointer

  puts "#{features} features"
  report("the C function alone") { Apus::FFI.apus_scorer_score_row_f64(handle, memory, features, out, 1, nil) }
  report("the same, releasing the interpreter lock") do
    Apus::FFI.apus_scorer_score_f64_unlocked(handle, memory, 1, features, 0, nil, out, 1, nil)
  end
  report("scorer.score_row, Array") { scorer.score_row(row) }
  report("scorer.score_row, Array with a nil") { scorer.score_row(with_nil) }
  report("scorer.score_row, Hash by Symbol") { scorer.score_row(by_symbol) }
  report("scorer.score_row, Hash by String") { scorer.score_row(by_string) }
  report("scorer.score, one row") { scorer.score(row) }
  report("model.score, one row") { model.score(row) }

  rows = [row] * 1000
  hashes = [by_symbol] * 1000
  packed = rows.flatten.pack("f*")
  report("scorer.score, batch of 10 Arrays, per call", calls: 5000) { scorer.score(rows.first(10)) }
  report("scorer.score, batch of 1000 Arrays, per row", calls: 50, per: 1000) { scorer.score(rows) }
  report("scorer.score, batch of 1000 Hashes, per row", calls: 50, per: 1000) { scorer.score(hashes) }
  report("scorer.score, packed batch of 1000, per row", calls: 500, per: 1000) { scorer.score(packed, dtype: :f32) }
end

# What the ways to write a row into native memory cost; RowEncoder takes the fastest.
def alternatives(features)
  row = Array.new(features) { |index| index / 8.0 }
  memory = ::FFI::MemoryPointer.new(:double, features)
  puts "writing #{features} values"
  report("put_array_of_double") { memory.put_array_of_double(0, row) }
  report("pack") { row.pack("d*") }
  report("looking for nil: all?") { row.all? }
  report("looking for nil: include?(nil)") { row.include?(nil) }
  report("a private copy: [*row]") { [*row] }
end

# Releasing the lock is cheap until a thread that is busy in Ruby takes it meanwhile, and keeps it for a time slice.
# That strikes some calls, so the mean is what tells.
def beside_a_busy_thread
  model = Apus::Model.load_bytes(TinyModel.json(features: 3, trees: TinyModel.many(100)))
  scorer = model.scorer
  handle = scorer.instance_variable_get(:@handle).pointer
  busy = Thread.new { loop { 1 + 1 } }
  sleep 0.2
  puts "beside a thread that is busy in Ruby, mean of all calls"
  [1, 10].each do |count|
    rows = ::FFI::MemoryPointer.new(:double, 3 * count)
    out = ::FFI::MemoryPointer.new(:double, count)
    { "kept" => :apus_scorer_score_f64, "released" => :apus_scorer_score_f64_unlocked }.each do |what, function|
      # Few: on some machines each of them waits for a time slice of 100 ms.
      report("#{count} rows, lock #{what}", calls: 200, runs: 1) do
        Apus::FFI.public_send(function, handle, rows, count, 3, 0, nil, out, count, nil)
      end
    end
  end
ensure
  busy.kill.join
end

puts "Apus #{Apus.version}, #{Apus.instruction_set}, Ruby #{RUBY_VERSION}, ffi #{::FFI::VERSION}; nanoseconds a call"
[3, 30, 300].each { |features| measure(features) }
alternatives(30)
beside_a_busy_thread
