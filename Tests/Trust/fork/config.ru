# A web service for puma --preload: /?VALUE scores a row of that value; the answer is the worker's number and the score.
require "apus"

model = Apus::Model.load(ENV.fetch("APUS_MODEL"))
scorer = model.scorer
count = model.info.feature_count

run(lambda do |environment|
  row = [environment["QUERY_STRING"].to_f] * count
  [200, {"Content-Type" => "text/plain"}, ["#{Process.pid} #{scorer.score_row(row)}"]]
end)
