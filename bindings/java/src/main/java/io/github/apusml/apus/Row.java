package io.github.apusml.apus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/**
 * One row of values as people have them: numbers, and categories as text or whole numbers. Made by {@link
 * Model#newRow()}, filled, scored, and used again:
 *
 * <pre>{@code
 * Row row = model.newRow();
 * double fraud = scorer.scoreRow(row.set("country", "DE").set("amount", 12.5));
 * fraud = scorer.scoreRow(row.clear().set("country", "FR").set("amount", 80));
 * }</pre>
 *
 * <p>What is not set is missing. What a value means:
 *
 * <ul>
 *   <li>A {@code double} is a number as in a row of numbers; NaN is missing. For a feature with a table of categories it
 *       is a code.
 *   <li>A {@code long} likewise, but a category where categories are numbers: with CatBoost, and for features whose table
 *       holds whole or real numbers.
 *   <li>Text is a category, for features with {@link Feature#takesText}. {@link ScorerOptions.Builder#unseen} says what one
 *       means that the table does not hold.
 * </ul>
 *
 * <p>A row is for one thread at a time. It may be scored by any scorer whose features are its model's; it does not depend
 * on the model's life. Once it has seen its longest texts it makes no garbage.
 */
public final class Row {
  /** A cell is two longs: the kind below the length of the text, then the number or where the text begins. */
  private static final int CELL = 16;

  // The numbers of apus_value_kind.
  private static final int MISSING = 0;
  private static final int NUMBER = 1;
  private static final int INTEGER = 2;
  private static final int TEXT = 3;

  private static final int SMALLEST_ROOM = 16;

  /** Of a text in a message. */
  private static final int SHOWN_BYTES = 60;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final FeatureNames names;

  /** Cells of all features, then texts in UTF-8. One array, because copying one to native code costs least. */
  private byte[] block;

  /** How much of {@link #block} is in use. */
  private int end;

  /** Where each feature's room for text begins, and how long it is; null until there is text. */
  private int[] roomBegins;

  private int[] roomLengths;

  Row(FeatureNames names) {
    this.names = names;
    this.end = names.count() * CELL;
    this.block = new byte[end];
  }

  /**
   * Sets a number.
   *
   * @param feature the name of the feature
   * @param value the number; NaN is missing; for a feature with a table of categories a code
   * @return this row
   * @throws ApusException {@link Status#NOT_FOUND} if the model has no such feature or no names, {@link
   *     Status#INVALID_ARGUMENT} if several features have the name
   */
  public Row set(String feature, double value) {
    return set(names.place(feature), value);
  }

  /**
   * Sets a whole number.
   *
   * @param feature the name of the feature
   * @param value the number, or the category where categories are numbers
   * @return this row
   * @throws ApusException as for {@code double}
   */
  public Row set(String feature, long value) {
    return set(names.place(feature), value);
  }

  /**
   * Sets a category.
   *
   * @param feature the name of the feature
   * @param category the text; null is missing
   * @return this row
   * @throws ApusException as for {@code double}; {@link Status#INVALID_ARGUMENT} for half of a surrogate pair
   */
  public Row set(String feature, CharSequence category) {
    return set(names.place(feature), category);
  }

  /**
   * Sets a category of one character, which would else be taken for its number.
   *
   * @param feature the name of the feature
   * @param category the text
   * @return this row
   * @throws ApusException as for text
   */
  public Row set(String feature, char category) {
    return set(names.place(feature), category);
  }

  /**
   * Sets a value by its class: text, a whole number ({@link Long}, {@link Integer}, {@link Boolean} ...), a number ({@link
   * Double}, {@link java.math.BigDecimal} ...) or null.
   *
   * @param feature the name of the feature
   * @param value the value; null is missing
   * @return this row
   * @throws ApusException as for {@code double} and text
   * @throws IllegalArgumentException for any other class
   */
  public Row set(String feature, Object value) {
    return set(names.place(feature), value);
  }

  /**
   * Sets the whole row. Each feature needs a key, with null where it is missing.
   *
   * @param values by the names of the features
   * @return this row
   * @throws ApusException as above; {@link Status#FEATURE_COUNT_MISMATCH} with the feature if one has no key
   * @throws IllegalArgumentException for a value of another class
   */
  public Row set(Map<String, ?> values) {
    clear();
    for (Map.Entry<String, ?> entry : values.entrySet()) {
      set(entry.getKey(), entry.getValue());
    }
    if (values.size() < names.count()) {
      for (int feature = 0; feature < names.count(); feature++) {
        if (!values.containsKey(names.nameOrPlace(feature))) {
          throw new ApusException(
              Status.FEATURE_COUNT_MISMATCH,
              "there is no value for " + names.describe(feature) + ": give null where it is missing",
              feature);
        }
      }
    }
    return this;
  }

  /**
   * Sets a number by the place of the feature.
   *
   * @param feature the index of the feature, from 0
   * @param value the number; NaN is missing; for a feature with a table of categories a code
   * @return this row
   * @throws IndexOutOfBoundsException if there is no such feature
   */
  public Row set(int feature, double value) {
    return put(feature, NUMBER, Double.doubleToRawLongBits(value));
  }

  /**
   * Sets a whole number by the place of the feature.
   *
   * @param feature the index of the feature, from 0
   * @param value the number, or the category where categories are numbers
   * @return this row
   * @throws IndexOutOfBoundsException if there is no such feature
   */
  public Row set(int feature, long value) {
    return put(feature, INTEGER, value);
  }

  /**
   * Sets a category by the place of the feature.
   *
   * @param feature the index of the feature, from 0
   * @param category the text; null is missing
   * @return this row
   * @throws ApusException {@link Status#INVALID_ARGUMENT} for half of a surrogate pair
   * @throws IndexOutOfBoundsException if there is no such feature
   */
  public Row set(int feature, CharSequence category) {
    if (category == null) {
      return put(feature, MISSING, 0);
    }
    put(feature, MISSING, 0);
    int begin = room(feature, 3L * category.length());
    int textEnd = Texts.encode(category, block, begin);
    if (textEnd < 0) {
      throw new ApusException(
          Status.INVALID_ARGUMENT,
          names.describe(feature) + " has text that is no Unicode: character " + ~textEnd + " is half of a pair",
          feature);
    }
    return put(feature, TEXT | (long) (textEnd - begin) << 32, begin);
  }

  /**
   * Sets a category of one character by the place of the feature.
   *
   * @param feature the index of the feature, from 0
   * @param category the text
   * @return this row
   * @throws ApusException as for text
   * @throws IndexOutOfBoundsException if there is no such feature
   */
  public Row set(int feature, char category) {
    return set(feature, String.valueOf(category));
  }

  /**
   * Sets a value by its class and the place of the feature.
   *
   * @param feature the index of the feature, from 0
   * @param value text, a {@link Character}, a number of any class, a {@link Boolean}, or null, which is missing
   * @return this row
   * @throws ApusException as for text
   * @throws IllegalArgumentException for any other class
   * @throws IndexOutOfBoundsException if there is no such feature
   */
  public Row set(int feature, Object value) {
    if (value == null || value instanceof CharSequence) {
      return set(feature, (CharSequence) value);
    }
    if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return set(feature, ((Number) value).longValue());
    }
    if (value instanceof BigInteger && ((BigInteger) value).bitLength() < Long.SIZE) {
      return set(feature, ((BigInteger) value).longValue());
    }
    if (value instanceof Number) {
      return set(feature, ((Number) value).doubleValue());
    }
    if (value instanceof Character) {
      return set(feature, (char) (Character) value);
    }
    if (value instanceof Boolean) {
      return set(feature, (boolean) (Boolean) value ? 1L : 0L);
    }
    throw new IllegalArgumentException(
        names.describe(feature) + " has a value of " + value.getClass() + ", which is neither a number nor text");
  }

  /**
   * Lets every value be missing.
   *
   * @return this row
   */
  public Row clear() {
    Arrays.fill(block, 0, names.count() * CELL, (byte) 0);
    return this;
  }

  /**
   * Features of the model that made the row.
   *
   * @return the number
   */
  public int featureCount() {
    return names.count();
  }

  private Row put(int feature, long head, long payload) {
    int cell = Objects.checkIndex(feature, names.count()) * CELL;
    LONGS.set(block, cell, head);
    LONGS.set(block, cell + Long.BYTES, payload);
    return this;
  }

  /** Where text of so many bytes may go: the feature's own room, so that using a row again takes no more memory. */
  private int room(int feature, long bytes) {
    if (roomBegins == null) {
      roomBegins = new int[names.count()];
      roomLengths = new int[names.count()];
    }
    if (bytes > roomLengths[feature]) {
      long length = Math.max(SMALLEST_ROOM, Long.highestOneBit(2 * bytes - 1));
      if (end + length > Integer.MAX_VALUE - 8) {
        throw new ApusException(
            Status.LIMIT_EXCEEDED, names.describe(feature) + " has text too long for a row", feature);
      }
      if (end + length > block.length) {
        block = Arrays.copyOf(block, (int) Math.min(Integer.MAX_VALUE - 8, 2L * (end + length)));
      }
      roomBegins[feature] = end;
      roomLengths[feature] = (int) length;
      end += (int) length;
    }
    return roomBegins[feature];
  }

  /** The row for native code. */
  byte[] block() {
    return block;
  }

  /** How much of the block native code needs. A thread that changes the row meanwhile cannot make it more than there is. */
  int length(byte[] block) {
    return Math.min(end, block.length);
  }

  /** The same exception, with the feature's name and value in its sentence if it tells a feature. */
  ApusException named(ApusException failure, boolean hasRow) {
    int feature = failure.feature();
    if (feature < 0 || feature >= names.count()) {
      return failure;
    }
    String place = (hasRow ? "row " + failure.row() + ", " : "") + names.describe(feature);
    return failure.withMessage(place + " is " + shown(feature, SHOWN_BYTES) + ": " + failure.getMessage());
  }

  /** The value for people, of text at most so many bytes. */
  private String shown(int feature, int mostBytes) {
    int cell = feature * CELL;
    long head = (long) LONGS.get(block, cell);
    long payload = (long) LONGS.get(block, cell + Long.BYTES);
    switch ((int) head) {
      case NUMBER:
        return Double.toString(Double.longBitsToDouble(payload));
      case INTEGER:
        return Long.toString(payload);
      case TEXT:
        int length = (int) (head >>> 32);
        int begin = (int) payload;
        if (length <= mostBytes) {
          return '"' + new String(block, begin, length, StandardCharsets.UTF_8) + '"';
        }
        // Back to the first byte of the character that would be cut.
        int textEnd = begin + mostBytes;
        while ((block[textEnd] & 0xC0) == 0x80) {
          textEnd--;
        }
        return '"' + new String(block, begin, textEnd - begin, StandardCharsets.UTF_8) + "\"...";
      default:
        return "missing";
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("Row[");
    String separator = "";
    for (int feature = 0; feature < names.count(); feature++) {
      if ((int) (long) LONGS.get(block, feature * CELL) != MISSING) {
        text.append(separator).append(names.nameOrPlace(feature)).append('=').append(shown(feature, Integer.MAX_VALUE));
        separator = ", ";
      }
    }
    return text.append(']').toString();
  }
}
