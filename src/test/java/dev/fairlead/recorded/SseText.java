package dev.fairlead.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/** Server-sent events, read in the plainest way. */
final class SseText {
  /** One event; comments and other fields are left aside. */
  record Event(String name, String data) {}

  private SseText() {}

  static List<Event> events(byte[] stream) {
    List<Event> out = new ArrayList<>();
    String name = "";
    List<String> data = new ArrayList<>();
    for (String line : new String(stream, UTF_8).split("\r\n|\n|\r", -1)) {
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          out.add(new Event(name, String.join("\n", data)));
        }
        name = "";
        data.clear();
      } else if (line.startsWith("data:")) {
        data.add(line.startsWith("data: ") ? line.substring(6) : line.substring(5));
      } else if (line.startsWith("event:")) {
        name = line.substring(6).strip();
      }
    }
    return out;
  }
}
