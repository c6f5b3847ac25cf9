package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * One frame of an event stream: its bytes as they came, framing included, and where its data
 * stands.
 *
 * @param raw the frame verbatim, for relaying; for SSE up to and including the blank line
 * @param event the event's name; empty when the frame has none
 * @param data the array in which the data stands: {@code raw} itself, or a copy when the data had
 *     several lines
 * @param from where the data begins
 * @param to where the data ends
 */
public record Frame(byte[] raw, String event, byte[] data, int from, int to) {

  /** A frame without data: a comment, a ping, a retry hint. */
  public boolean isEmpty() {
    return from == to;
  }

  /** True when the data is exactly this ASCII text. */
  public boolean dataIs(String text) {
    byte[] wanted = text.getBytes(UTF_8);
    return Arrays.equals(data, from, to, wanted, 0, wanted.length);
  }

  public String dataText() {
    return new String(data, from, to - from, UTF_8);
  }

  /** The data as a document. */
  public Json json() throws MalformedJson {
    return Json.read(data, from, to, JsonLimits.RESPONSE);
  }
}
