package io.github.apusml.apus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

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
