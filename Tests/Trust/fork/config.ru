# A web service for puma --preload: /?VALUE scores a row of that value and runs the network, which takes floats; the answer is
# the worker's number, the score and what the network gives, in hexadecimal digits.
require "apus"

model = Apus::Model.load(ENV.fetch("APUS_MODEL"))
scorer = model.scorer
count = model.info.feature_count
network = Apus::Model.load(ENV.fetch("APUS_NETWORK")).network
lengths = network.inputs.to_h { |tensor| [tensor.name, tensor.shape.inject(1, :*)] }

run(lambda do |environment|
  value = environment["QUERY_STRING"].to_f
  row = [value] * count
  results = network.run(lengths.transform_values { |length| ([value] * length).pack("f*") }, packed: true)
  digits = results.sort.map { |_, bytes| bytes.unpack1("H*") }.join
  [200, {"Content-Type" => "text/plain"}, ["#{Process.pid} #{scorer.score_row(row)} #{digits}"]]
end)
