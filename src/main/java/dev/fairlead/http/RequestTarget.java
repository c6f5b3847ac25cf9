package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;

/**
 * The target of a request, taken apart (RFC 9112 §3.2).
 *
 * @param path decoded
 * @param query raw, without the question mark; empty when there is none
 */
record RequestTarget(String path, String query) {

  /** Takes the target of a request whose Host field is given. */
  static RequestTarget parse(String method, String target, String host) throws BadMessage {
    if (target.charAt(0) == '/') {
      return origin(target);
    }
    if (target.equals("*") && method.equals("OPTIONS")) {
      return new RequestTarget("*", "");
    }
    String lower = target.toLowerCase(Locale.ROOT);
    if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
      throw BadMessage.malformed("the request target is neither a path nor an http address");
    }
    int authority = target.indexOf("//") + 2;
    int path = authority;
    while (path < target.length() && target.charAt(path) != '/' && target.charAt(path) != '?') {
      path++;
    }
    if (!target.substring(authority, path).equalsIgnoreCase(host)) {
      throw BadMessage.malformed("the request target and the Host field name two hosts");
    }
    String rest = target.substring(path);
    return origin(rest.startsWith("/") ? rest : "/" + rest);
  }

  /** Refuses what cannot be a host and a port. */
  static void checkHost(String host) throws BadMessage {
    boolean good = !host.isEmpty() && host.length() <= 300;
    for (int i = 0; good && i < host.length(); i++) {
      char c = host.charAt(i);
      good =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || ".-_:[]%~".indexOf(c) >= 0;
    }
    if (!good) {
      throw BadMessage.malformed("the Host field is no host");
    }
  }

  private static RequestTarget origin(String target) throws BadMessage {
    if (target.indexOf('#') >= 0) {
      throw BadMessage.malformed("the request target has a fragment");
    }
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? "" : target.substring(question + 1);
    return new RequestTarget(path.indexOf('%') < 0 ? path : decoded(path), query);
  }

  private static String decoded(String path) throws BadMessage {
    byte[] bytes = new byte[path.length()];
    int length = 0;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%') {
        int high = i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
        int low = high >= 0 ? Character.digit(path.charAt(i + 2), 16) : -1;
        if (low < 0 || 16 * high + low < ' ') {
          throw BadMessage.malformed("the path has a broken escape or a control character");
        }
        c = (char) (16 * high + low);
        i += 2;
      }
      bytes[length++] = (byte) c;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
    } catch (CharacterCodingException e) {
      throw BadMessage.malformed("the path is not UTF-8");
    }
  }
}
