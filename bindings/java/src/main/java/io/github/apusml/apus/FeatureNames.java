package io.github.apusml.apus;

import java.util.HashMap;
import java.util.Map;

/** Names of features and their places. Immutable; shared by a model's rows. */
final class FeatureNames {
  /** In {@link #places}, for a name that several features have. */
  private static final int SEVERAL = -1;

  private final String[] names;
  private final Map<String, Integer> places;

  /**
   * @param names of all features, each null if the file has none
   */
  FeatureNames(String[] names) {
    this.names = names;
    this.places = new HashMap<>(2 * names.length);
    for (int place = 0; place < names.length; place++) {
      if (names[place] != null) {
        places.merge(names[place], place, (first, second) -> SEVERAL);
      }
    }
  }

  int count() {
    return names.length;
  }

  /**
   * The place of the feature of that name.
   *
   * @throws ApusException {@link Status#NOT_FOUND} if there is none, {@link Status#INVALID_ARGUMENT} if there are several
   */
  int place(String name) {
    Integer place = places.get(name);
    if (place == null) {
      throw new ApusException(
          Status.NOT_FOUND,
          places.isEmpty() && names.length > 0
              ? "the model file holds no feature names: give places"
              : "the model has no feature \"" + name + "\"");
    }
    if (place == SEVERAL) {
      throw new ApusException(
          Status.INVALID_ARGUMENT, "the model has several features called \"" + name + "\": give places");
    }
    return place;
  }

  /** How a message calls a feature. */
  String describe(int place) {
    return names[place] == null ? "feature " + place : "feature " + place + " (\"" + names[place] + "\")";
  }

  /** The name, or the place for want of one. */
  String nameOrPlace(int place) {
    return names[place] == null ? Integer.toString(place) : names[place];
  }
}
