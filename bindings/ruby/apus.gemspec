# frozen_string_literal: true

require_relative "lib/apus/version"

Gem::Specification.new do |spec|
  spec.name = "apus"
  spec.version = Apus::VERSION
  spec.summary = "Score trained models inside your process, with the trainer's own numbers"
  spec.description = "Loads a model trained with XGBoost from its own file and scores it inside the Ruby process: " \
                     "bit for bit the trainer's numbers, about a microsecond a row."
  spec.authors = ["The Apus authors"]

  spec.files = Dir["lib/**/*.rb", "vendor/*", "README.md", ".yardopts", base: __dir__]
  spec.require_path = "lib"
  # With a library in vendor/ (see the Rakefile) it is a gem for this platform, without one a gem for all, which finds
  # the library on the system.
  spec.platform = Gem::Platform.local if Dir[File.join(__dir__, "vendor/*")].any?

  spec.required_ruby_version = ">= 3.1"
  spec.add_dependency "ffi", ">= 1.15", "< 2"
end
