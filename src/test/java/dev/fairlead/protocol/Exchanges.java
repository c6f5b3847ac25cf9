package dev.fairlead.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.Shared;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The recorded provider traffic: each exchange's request and response as the bytes that went over
 * the wire, rebuilt as the replaying server does it.
 */
public final class Exchanges {
  /** Reads numbers without rounding them, so that what is compared is what was sent. */
  public static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Exchanges() {}

  /** One recorded exchange; the document is the whole fixture file. */
  public record Exchange(
      String id, String provider, String api, String wire, boolean stream, JsonNode document) {

    public int status() {
      return response().get("status").asInt();
    }

    public String framing() {
      return response().path("framing").asString("");
    }

    public JsonNode response() {
      return document.get("response");
    }

    /** The path of the recorded request, with its query; empty when it was not recorded. */
    public String path() {
      return document.path("request").path("path").asString("");
    }

    public boolean isStreamed() {
      return response().path("sse").isArray();
    }

    /** The recorded request's JSON body. */
    public Optional<byte[]> requestBody() {
      JsonNode body = document.path("request").path("body");
      return body.isObject() ? Optional.of(JSON.writeValueAsBytes(body)) : Optional.empty();
    }

    public Optional<JsonNode> request() {
      JsonNode body = document.path("request").path("body");
      return body.isObject() ? Optional.of(body) : Optional.empty();
    }

    /** The response's body as it came over the wire. */
    public byte[] responseBody() {
      JsonNode response = response();
      if (isStreamed()) {
        return streamed(response);
      }
      if (response.has("body_base64")) {
        return Base64.getDecoder().decode(response.get("body_base64").asString());
      }
      if (response.has("body")) {
        return JSON.writeValueAsBytes(response.get("body"));
      }
      return response.path("body_text").asString("").getBytes(UTF_8);
    }

    public boolean hasExpect() {
      return document.path("expect").isObject();
    }

    public JsonNode expect() {
      return document.path("expect");
    }

    @Override
    public String toString() {
      return id;
    }
  }

  /** Every exchange of these wires, in the index's order; the test is skipped without fixtures. */
  public static List<Exchange> ofWire(String... wires) {
    Path dev = Shared.file("fixtures/dev");
    Set<String> wanted = Set.of(wires);
    List<Exchange> out = new ArrayList<>();
    try (var lines = Files.lines(dev.resolve("index.jsonl"))) {
      for (String line : (Iterable<String>) lines.filter(it -> !it.isBlank())::iterator) {
        JsonNode row = JSON.readTree(line);
        if (wanted.contains(row.get("wire").asString())) {
          JsonNode document =
              JSON.readTree(Files.readAllBytes(dev.resolve(row.get("file").asString())));
          out.add(
              new Exchange(
                  row.get("id").asString(),
                  row.get("provider").asString(),
                  row.path("api").asString(""),
                  row.get("wire").asString(),
                  row.path("stream").asBoolean(false),
                  document));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out;
  }

  private static byte[] streamed(JsonNode response) {
    String eol = "crlf".equals(response.path("eol").asString("")) ? "\r\n" : "\n";
    String framing = response.path("framing").asString("");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean array = framing.equals("json-array");
    boolean first = true;
    if (array) {
      out.write('[');
    }
    for (JsonNode event : response.get("sse")) {
      if (event.has("junk")) {
        continue;
      }
      String data = JSON.writeValueAsString(event.path("data"));
      out.writeBytes(
          switch (framing) {
            case "aws-eventstream" -> awsFrame(event);
            case "ndjson" -> (data + "\n").getBytes(UTF_8);
            case "json-array" -> ((first ? "" : ",") + data).getBytes(UTF_8);
            default -> sse(event, eol).getBytes(UTF_8);
          });
      first = false;
    }
    if (array) {
      out.write(']');
    }
    return out.toByteArray();
  }

  private static String sse(JsonNode event, String eol) {
    StringBuilder out = new StringBuilder();
    if (event.has("comment")) {
      for (String line : event.get("comment").asString().split("\n", -1)) {
        out.append(": ").append(line).append(eol);
      }
    }
    for (String field : List.of("id", "event", "retry")) {
      if (event.has(field)) {
        out.append(field).append(": ").append(event.get(field).asString()).append(eol);
      }
    }
    if (event.has("data")) {
      JsonNode data = event.get("data");
      String text = data.isString() ? data.asString() : JSON.writeValueAsString(data);
      for (String line : text.split("\n", -1)) {
        out.append("data: ").append(line).append(eol);
      }
    }
    return out.append(eol).toString();
  }

  /** One frame of {@code application/vnd.amazon.eventstream}. */
  private static byte[] awsFrame(JsonNode event) {
    JsonNode data = event.path("data");
    byte[] payload =
        data.has("bytes_json")
            ? ("{\"bytes\":\""
                    + Base64.getEncoder()
                        .encodeToString(JSON.writeValueAsBytes(data.get("bytes_json")))
                    + "\"}")
                .getBytes(UTF_8)
            : data.isMissingNode() ? "{}".getBytes(UTF_8) : JSON.writeValueAsBytes(data);
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    boolean exception = event.hasNonNull("exception");
    awsHeader(
        headers,
        exception ? ":exception-type" : ":event-type",
        event.path(exception ? "exception" : "event").asString("chunk"));
    awsHeader(headers, ":content-type", "application/json");
    awsHeader(headers, ":message-type", exception ? "exception" : "event");
    int total = 16 + headers.size() + payload.length;
    ByteBuffer frame = ByteBuffer.allocate(total);
    frame.putInt(total).putInt(headers.size());
    frame.putInt(crc(frame.array(), 8));
    frame.put(headers.toByteArray()).put(payload);
    frame.putInt(crc(frame.array(), total - 4));
    return frame.array();
  }

  private static void awsHeader(ByteArrayOutputStream out, String name, String value) {
    byte[] bytes = value.getBytes(UTF_8);
    out.write(name.length());
    out.writeBytes(name.getBytes(UTF_8));
    out.write(7);
    out.write(bytes.length >> 8);
    out.write(bytes.length);
    out.writeBytes(bytes);
  }

  private static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
