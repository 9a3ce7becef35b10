package dev.treadle.examples.manifest;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Names of files as the bytes that the file system holds, whatever the locale makes of them.
///
/// A name that is no text in the present encoding would be lost in a `String`. Within the run names
/// are therefore encoded as in the path of a `file:` URI, which Java builds from the bytes: plain
/// ASCII with every other byte as `%XX`. Stateless.
final class RawName {
  private RawName() {}

  /// Encodes an absolute path.
  ///
  /// @param path the path; made absolute if it is not
  /// @return the encoded path, without a slash at its end; empty for the root
  static String of(Path path) {
    var raw = path.toAbsolutePath().toUri().getRawPath();
    return raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
  }

  /// Encodes the path of a file below a folder.
  ///
  /// @param folder the encoded folder
  /// @param file the file
  /// @return the encoded path from the folder to the file
  static String below(String folder, Path file) {
    return of(file).substring(folder.length() + 1);
  }

  /// Finds a file again.
  ///
  /// @param folder the encoded folder
  /// @param name the encoded path from there
  /// @return the file, with exactly the bytes that were encoded
  static Path file(String folder, String name) {
    return Path.of(URI.create("file://" + folder + "/" + name));
  }

  /// Decodes a name.
  ///
  /// @param encoded the encoded name
  /// @return its bytes
  static byte[] bytes(String encoded) {
    var out = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i += width(encoded, i)) {
      out.write(byteAt(encoded, i));
    }
    return out.toByteArray();
  }

  /// Compares names by their bytes, as `sort` does in the C locale.
  ///
  /// @param left an encoded name
  /// @param right another
  /// @return less than, equal to or more than zero
  static int compare(String left, String right) {
    int i = 0;
    int j = 0;
    while (i < left.length() && j < right.length()) {
      var order = byteAt(left, i) - byteAt(right, j);
      if (order != 0) {
        return order;
      }
      i += width(left, i);
      j += width(right, j);
    }
    return Integer.compare(left.length() - i, right.length() - j);
  }

  /// Encodes a path as it stands: a relative one stays relative.
  ///
  /// @param path the path
  /// @return the encoded path; `/` for the root
  static String typed(Path path) {
    var absolute = of(path);
    if (path.isAbsolute()) {
      return absolute.isEmpty() ? "/" : absolute;
    }
    var start = of(Path.of("")).length() + 1;
    return start > absolute.length() ? "" : absolute.substring(start);
  }

  /// A name for people: what is not printable UTF-8 is shown as `\xHH`, so that no name can command
  /// the terminal.
  ///
  /// @param name the name's bytes
  /// @return text without control characters
  static String shown(byte[] name) {
    var text = new StringBuilder();
    for (int at = 0; at < name.length; ) {
      var length = sequenceLength(name, at);
      var part = new String(name, at, length, StandardCharsets.UTF_8);
      if (part.indexOf('\uFFFD') >= 0 || part.codePoints().anyMatch(RawName::hidden)) {
        for (int i = at; i < at + length; i++) {
          text.append("\\x%02x".formatted(name[i] & 0xff));
        }
      } else {
        text.append(part);
      }
      at += length;
    }
    return text.toString();
  }

  private static int byteAt(String encoded, int at) {
    var next = encoded.charAt(at);
    return next == '%' ? Integer.parseInt(encoded, at + 1, at + 3, 16) : next;
  }

  private static int width(String encoded, int at) {
    return encoded.charAt(at) == '%' ? 3 : 1;
  }

  private static boolean hidden(int codePoint) {
    return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.FORMAT;
  }

  // the length of the UTF-8 sequence that begins here, 1 where there is none
  private static int sequenceLength(byte[] name, int at) {
    var first = name[at] & 0xff;
    var length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (at + length > name.length) {
      return 1;
    }
    for (int i = at + 1; i < at + length; i++) {
      if ((name[i] & 0xc0) != 0x80) {
        return 1;
      }
    }
    return length;
  }
}
