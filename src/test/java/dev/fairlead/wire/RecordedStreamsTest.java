package dev.fairlead.wire;

import static dev.fairlead.wire.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Recorded answers of many providers, as their bytes were, split anywhere. */
final class RecordedStreamsTest {
  private static final int SPLITS = 12;

  @Test
  void recordedStreamsGiveTheirEventsHoweverSplit() throws Exception {
    Path dev = Shared.file("fixtures/dev");
    int streams = 0;
    for (String line : Files.readAllLines(dev.resolve("index.jsonl"))) {
      JsonNode row = Json.of(line).root();
      String framing = row.get("framing").textOr("");
      if (!List.of("sse", "ndjson", "json-array", "aws-eventstream").contains(framing)) {
        continue;
      }
      byte[] file = Files.readAllBytes(dev.resolve(row.get("file").text()));
      JsonNode response = Json.read(file, JsonLimits.RESPONSE).root().get("response");
      if (!response.get("sse").isArray()) {
        continue;
      }
      streams++;
      check(framing, response, row.get("id").text());
    }
    System.out.println("recorded streams: " + streams);
    assertThat(streams).isGreaterThan(100);
  }

  private static void check(String framing, JsonNode response, String id) throws Exception {
    boolean crlf = response.get("eol").textIs("crlf");
    List<String> expected = new ArrayList<>();
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    boolean array = framing.equals("json-array");
    if (array) {
      out.write('[');
    }
    for (JsonNode item : response.get("sse").items()) {
      if (item.get("junk").exists()) {
        continue;
      }
      byte[] data = payload(item);
      if (array && !expected.isEmpty()) {
        out.write(',');
      }
      out.writeBytes(
          switch (framing) {
            case "sse" -> sse(item, crlf ? "\r\n" : "\n");
            case "ndjson" -> utf8(new String(data, java.nio.charset.StandardCharsets.UTF_8) + "\n");
            case "json-array" -> data;
            default ->
                item.get("exception").isString()
                    ? EventStreamWriter.exception(item.get("exception").text(), data)
                    : EventStreamWriter.event(item.get("event").textOr("chunk"), data);
          });
      expected.add(
          (framing.equals("aws-eventstream")
                  ? item.get("exception").isString()
                      ? "exception:" + item.get("exception").text()
                      : item.get("event").textOr("chunk")
                  : item.get("event").textOr(""))
              + "="
              + new String(data, java.nio.charset.StandardCharsets.UTF_8));
    }
    if (array) {
      out.write(']');
      expected.add("=");
    }
    byte[] stream = out.toByteArray();
    Supplier<FrameReader> readers =
        switch (framing) {
          case "sse" -> SseReader::new;
          case "ndjson" -> NdjsonReader::new;
          case "json-array" -> JsonArrayReader::new;
          default -> EventStreamReader::new;
        };
    List<Frame> frames = Frames.read(readers.get(), stream);
    assertThat(frames.stream().map(f -> f.event() + "=" + f.dataText()).toList())
        .as(id)
        .isEqualTo(expected);
    assertThat(Frames.rawOf(frames)).as(id).isEqualTo(stream);
    Frames.anySplitIsTheSame(readers, stream, SPLITS);
  }

  private static byte[] payload(JsonNode item) {
    JsonNode data = item.get("data");
    if (!data.exists()) {
      return new byte[0];
    }
    return data.isString() ? utf8(data.text()) : data.raw().bytes();
  }

  private static byte[] sse(JsonNode item, String nl) {
    StringBuilder s = new StringBuilder();
    if (item.get("comment").isString()) {
      for (String line : item.get("comment").text().split("\n", -1)) {
        s.append(": ").append(line).append(nl);
      }
    }
    for (String field : List.of("id", "event", "retry")) {
      if (item.get(field).exists()) {
        s.append(field)
            .append(": ")
            .append(item.get(field).textOr("" + item.get(field)))
            .append(nl);
      }
    }
    if (item.get("data").exists()) {
      String data = new String(payload(item), java.nio.charset.StandardCharsets.UTF_8);
      for (String line : data.split("\n", -1)) {
        s.append("data: ").append(line).append(nl);
      }
    }
    return utf8(s + nl);
  }
}
