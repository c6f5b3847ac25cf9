package dev.fairlead.recorded;

import dev.fairlead.http.Handler;
import dev.fairlead.http.Headers;
import dev.fairlead.http.HttpServer;
import dev.fairlead.http.Loops;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ResponseStream;
import dev.fairlead.http.ServerConfig;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.protocol.Exchanges;
import dev.fairlead.protocol.Exchanges.Exchange;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One server that stands for every provider: the model that is asked for is the exchange's id, and
 * what it answers are the recorded bytes. Remembers what reached it last for each exchange.
 */
final class ReplayUpstream implements Handler, AutoCloseable {
  /** What reached the upstream. */
  record Seen(String path, String query, byte[] body) {}

  private static final Set<String> HOP =
      Set.of("transfer-encoding", "content-length", "connection", "content-encoding", "date");

  private final Map<String, Exchange> exchanges = new HashMap<>();
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();
  private final Loops loops;
  private final HttpServer server;

  private final boolean splitting;

  /**
   * @param splitting whether streams are cut into pieces of random length, each written on its own
   */
  ReplayUpstream(List<Exchange> replayed, boolean splitting) throws IOException {
    this.splitting = splitting;
    replayed.forEach(it -> exchanges.put(it.id(), it));
    loops = Loops.start(2, InstantSource.system(), System::nanoTime);
    server = HttpServer.start(ServerConfig.on("127.0.0.1", 0), loops, this);
  }

  int port() {
    return server.port();
  }

  Optional<Seen> seen(String id) {
    return Optional.ofNullable(seen.get(id));
  }

  @Override
  public void handle(ServerRequest request, Responder responder) {
    String id = id(request);
    @Nullable Exchange exchange = exchanges.get(id);
    if (exchange == null) {
      responder.whole(404, Headers.NONE, "{\"error\":\"unknown exchange\"}".getBytes());
      return;
    }
    seen.put(id, new Seen(request.path(), request.query(), request.body()));
    Headers headers = headers(exchange);
    byte[] body = exchange.responseBody();
    if (!exchange.isStreamed()) {
      responder.whole(exchange.status(), headers, body);
      return;
    }
    ResponseStream out = responder.open(exchange.status(), headers);
    if (splitting) {
      piece(responder, out, body, 0, new Random(id.hashCode()));
    } else {
      out.write(body);
      out.end();
    }
  }

  /** Each piece in a turn of its own, so that pieces of several answers alternate. */
  private void piece(Responder responder, ResponseStream out, byte[] body, int at, Random random) {
    if (at >= body.length) {
      out.end();
      return;
    }
    int most = body.length > 20_000 ? 2000 : 120;
    int to = Math.min(body.length, at + 1 + random.nextInt(random.nextInt(4) == 0 ? 3 : most));
    out.write(Arrays.copyOfRange(body, at, to));
    responder.loop().execute(() -> piece(responder, out, body, to, random));
  }

  private static Headers headers(Exchange exchange) {
    List<String> fields = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : exchange.response().path("headers").properties()) {
      String value = field.getValue().asString("");
      if (!HOP.contains(field.getKey().toLowerCase(Locale.ROOT))
          && value.matches("[\\t\\x20-\\x7e]*")) {
        fields.add(field.getKey());
        fields.add(value);
      }
    }
    Headers headers = Headers.copyOf(fields);
    return headers.get("content-type").isPresent() || exchange.isStreamed()
        ? headers
        : headers.with("content-type", "application/json");
  }

  private static String id(ServerRequest request) {
    int models = request.path().indexOf("/models/");
    if (models >= 0) {
      String rest = request.path().substring(models + "/models/".length());
      return rest.substring(0, rest.lastIndexOf(':'));
    }
    return Exchanges.JSON.readTree(request.body()).path("model").asString("");
  }

  @Override
  public void close() {
    server.close();
    loops.close();
  }
}
