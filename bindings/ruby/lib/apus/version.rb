# frozen_string_literal: true

module Apus
  # The version of this gem. It needs the library of the same ABI; see {Apus.version} for the library's own.
  VERSION = "0.1.0"
end
