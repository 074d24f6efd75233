package io.github.apusml.apus;

import java.util.List;
import java.util.Optional;

/** What the file says about one feature, a column of a row. Immutable, and independent of its model's life. */
public final class Feature {
  /** How many numbers {@link Native#modelFeature} fills in. */
  static final int NUMBERS = 3;

  private final int index;
  private final String name;
  private final FeatureKind kind;
  private final List<Object> categories;
  private final boolean takesText;
  private final boolean hasDoubtfulCategories;

  Feature(
      int index,
      String name,
      FeatureKind kind,
      List<Object> categories,
      boolean takesText,
      boolean hasDoubtfulCategories) {
    this.index = index;
    this.name = name;
    this.kind = kind;
    this.categories = List.copyOf(categories);
    this.takesText = takesText;
    this.hasDoubtfulCategories = hasDoubtfulCategories;
  }

  /**
   * The place of the feature in a row.
   *
   * @return the index, from 0
   */
  public int index() {
    return index;
  }

  /**
   * The name that training gave the feature.
   *
   * @return the name; empty if the file has no feature names
   */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /**
   * What values the feature has.
   *
   * @return the kind
   */
  public FeatureKind kind() {
    return kind;
  }

  /**
   * The stored category table. A category's position is its code: the value that stands for it in a row. Text that is
   * not UTF-8 in the file, as XGBoost leaves it when it cuts a character, has U+FFFD in place of the broken bytes.
   *
   * @return all {@link String}, all {@link Long} or all {@link Double}, unmodifiable; empty if the file stores no table
   */
  public List<Object> categories() {
    return categories;
  }

  /**
   * Whether a {@link Row} may hold text for the feature: its table has text, or it is a categorical feature of CatBoost.
   *
   * @return whether it may
   */
  public boolean takesText() {
    return takesText;
  }

  /**
   * Whether the trainer may have cut the table's text at wrong places, as XGBoost 3.1 to 3.3 do with categories from pandas
   * that are not ASCII. Codes score as ever; text is not looked up.
   *
   * @return whether it may have
   */
  public boolean hasDoubtfulCategories() {
    return hasDoubtfulCategories;
  }

  @Override
  public String toString() {
    String called = name == null ? "" : " " + name;
    return "Feature[" + index + called + " " + kind + ", " + categories.size() + " categories]";
  }
}
