package io.github.apusml.apus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Text on its way to and from native code. */
final class Texts {
  private Texts() {}

  static byte[] encode(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String decode(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /**
   * UTF-8 with a final zero byte.
   *
   * @return null for null
   * @throws IllegalArgumentException if the text holds a zero of its own, which would cut it short
   */
  static byte[] encodeWithZero(String text) {
    if (text == null) {
      return null;
    }
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a name holds a zero character");
    }
    return encode(text + '\0');
  }

  /**
   * Text as UTF-8 into an array that has room for three bytes a character. Makes no garbage.
   *
   * @return where the text ends in the array; for text with half of a surrogate pair {@code ~} of the place of that
   */
  static int encode(CharSequence text, byte[] utf8, int begin) {
    int end = begin;
    int length = text.length();
    for (int i = 0; i < length; i++) {
      int c = text.charAt(i);
      if (c < 0x80) {
        utf8[end++] = (byte) c;
      } else if (c < 0x800) {
        utf8[end++] = (byte) (0xC0 | c >> 6);
        utf8[end++] = (byte) (0x80 | c & 0x3F);
      } else if (!Character.isSurrogate((char) c)) {
        utf8[end++] = (byte) (0xE0 | c >> 12);
        utf8[end++] = (byte) (0x80 | c >> 6 & 0x3F);
        utf8[end++] = (byte) (0x80 | c & 0x3F);
      } else {
        if (i + 1 == length || !Character.isSurrogatePair((char) c, text.charAt(i + 1))) {
          return ~i;
        }
        int point = Character.toCodePoint((char) c, text.charAt(++i));
        utf8[end++] = (byte) (0xF0 | point >> 18);
        utf8[end++] = (byte) (0x80 | point >> 12 & 0x3F);
        utf8[end++] = (byte) (0x80 | point >> 6 & 0x3F);
        utf8[end++] = (byte) (0x80 | point & 0x3F);
      }
    }
    return end;
  }

  /**
   * Texts one behind the other, each with a final zero.
   *
   * @param what how messages call the tensor
   * @throws ApusException {@link Status#INVALID_ARGUMENT} for a text that is null, holds a zero or is no Unicode
   */
  static byte[] encodeAll(String[] texts, String what) {
    String[] mine = texts.clone();
    long most = 0;
    for (int i = 0; i < mine.length; i++) {
      if (mine[i] == null || mine[i].indexOf('\0') >= 0) {
        throw new ApusException(
            Status.INVALID_ARGUMENT,
            "element " + i + " of " + what + (mine[i] == null ? " is null" : " holds a zero character"));
      }
      most += 3L * mine[i].length() + 1;
    }
    if (most > Integer.MAX_VALUE - 8) {
      throw new ApusException(Status.LIMIT_EXCEEDED, what + " has text too long for an array");
    }
    byte[] utf8 = new byte[(int) most];
    int end = 0;
    for (int i = 0; i < mine.length; i++) {
      end = encode(mine[i], utf8, end);
      if (end < 0) {
        throw new ApusException(
            Status.INVALID_ARGUMENT,
            "element " + i + " of " + what + " is no Unicode: character " + ~end + " is half of a pair");
      }
      end++;
    }
    return Arrays.copyOf(utf8, end);
  }

  /** The reverse of {@link #encodeAll}, for as many texts as {@code texts} has room for. */
  static void decodeAll(byte[] utf8, String[] texts) {
    int begin = 0;
    for (int i = 0; i < texts.length; i++) {
      int end = begin;
      while (utf8[end] != 0) {
        end++;
      }
      texts[i] = new String(utf8, begin, end - begin, StandardCharsets.UTF_8);
      begin = end + 1;
    }
  }

  /**
   * The bytes of a path of the default file system. A file name is bytes, and need not be text in the encoding of the
   * process; the URI spells each byte, where {@code toString} has lost some.
   */
  static byte[] encode(Path path) {
    String raw = path.toUri().getRawPath();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      if (raw.charAt(i) == '%') {
        bytes.write(Integer.parseInt(raw.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(raw.charAt(i));
      }
    }
    return bytes.toByteArray();
  }
}
