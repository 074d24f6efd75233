# frozen_string_literal: true

module Apus
  # A column of a row.
  #
  # @!attribute [r] name
  #   @return [String, nil] nil if the file has no feature names
  # @!attribute [r] kind
  #   @return [Symbol] :unknown, :float, :integer, :indicator or :categorical
  # @!attribute [r] categories
  #   @return [Array<String>, Array<Integer>, Array<Float>, nil] the stored category table: the category that each
  #     code stands for, in order of the codes; nil without one, and nil where the trainer may have cut the names at
  #     wrong places (XGBoost 3.1 to 3.3 with text from pandas that is not ASCII): rows then hold codes
  # @!attribute [r] takes_text
  #   @return [Boolean] whether a row may hold text for the feature: its table has text, or it is a categorical feature of
  #     CatBoost
  Feature = Struct.new(:name, :kind, :categories, :takes_text) do
    alias_method :takes_text?, :takes_text

    # The code of a category, which is what a row holds. Takes time in proportion to the size of the table.
    #
    # @param category [String, Integer, Float]
    # @return [Integer, nil] nil for a category that the training did not see
    def code(category)
      categories&.index(category)
    end
  end
end
