package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Model;
import dev.fairlead.http.Headers;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Wire;
import dev.fairlead.protocol.openaichat.OpenAiChatCodec;
import dev.fairlead.route.Explanation;
import dev.fairlead.route.PlanInput;
import dev.fairlead.route.Planned;
import dev.fairlead.route.RequestNeeds;
import dev.fairlead.route.Router;
import dev.fairlead.route.RoutingWishReader;
import dev.fairlead.route.Seat;
import dev.fairlead.route.Seats;
import dev.fairlead.route.Signals;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Plans a request without calling anybody: here, with the gateway's own router but without its
 * knowledge of who fares how, or in a gateway that runs.
 */
@Command(
    name = "explain",
    description = {
      "Say who would be asked for a request, in which order, and why the others would not.",
      "Without --url the plan is made here, from configuration and catalog alone."
    },
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LARGEST_BYTES = 64 << 20;

  private static final List<Column> CANDIDATES =
      List.of(
          Column.number("RANK", "rank"),
          Column.text("ENDPOINT", "endpoint"),
          new Column(
              "REASON OR RULE", false, c -> c.get("reason").textOr(c.get("rule").textOr(""))),
          Column.text("SET BY", "set_by"),
          new Column("$/M IN", true, c -> perMillion(c.get("price").get("prompt"))),
          new Column("$/M OUT", true, c -> perMillion(c.get("price").get("completion"))),
          Column.text("DETAIL", "detail"));

  private final Shell shell;
  private final InstantSource clock = InstantSource.system();
  private final Codec chat = new OpenAiChatCodec();
  @Mixin private final Stock stock = new Stock();
  @Mixin private final Output output = new Output();

  @Option(names = "--model", paramLabel = "M", description = "The model that is asked for.")
  private Optional<String> model = Optional.empty();

  @Option(names = "--message", paramLabel = "TEXT", description = "What the user says.")
  private String message = "Hello";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "A whole chat request as JSON, instead of --model and --message.")
  private Optional<Path> file = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "Of the draws; 1 unless told.")
  private long seed = 1;

  @Option(
      names = "--assume-credentials",
      description = "Plan as if there were a credential for every provider.")
  private boolean assumeCredentials;

  @Option(names = "--url", paramLabel = "URL", description = "Ask the gateway that runs there.")
  private Optional<String> url = Optional.empty();

  @Option(names = "--key", paramLabel = "K", description = "For --url; default: $FAIRLEAD_KEY.")
  private Optional<String> key = Optional.empty();

  ExplainCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure {
    byte[] request = request();
    JsonNode explained = url.isPresent() ? asked(url.get(), request) : planned(request);
    JsonWriter out = new JsonWriter().value(explained);
    output.print(shell, out, ExplainCommand::table);
    JsonNode error = explained.get("error");
    if (!error.isObject()) {
      return Main.OK;
    }
    shell.say(error.get("message").textOr("nobody can be asked"));
    return error.get("code").longOr(0) >= 500 ? Main.UPSTREAM : Main.NOT_FOUND;
  }

  private byte[] request() throws Failure {
    if (file.isPresent() && model.isPresent() || file.isEmpty() && model.isEmpty()) {
      throw new Failure(Main.USAGE, "name either a --model or a --file");
    }
    if (file.isPresent()) {
      try {
        return Files.readAllBytes(file.get());
      } catch (IOException e) {
        throw new Failure(Main.NOT_FOUND, file.get() + " cannot be read");
      }
    }
    JsonWriter out = new JsonWriter().beginObject().field("model", model.get());
    out.name("messages").beginArray().beginObject();
    out.field("role", "user").field("content", message).endObject().endArray();
    return out.endObject().toBytes();
  }

  private JsonNode planned(byte[] request) throws Failure {
    Live live = stock.open(shell);
    Seats seats = assumeCredentials ? p -> List.of(new Seat("assumed", false)) : live::seats;
    Router router = new Router(Model::distillable, Duration.ofSeconds(5));
    try {
      Json body = Json.read(request, JsonLimits.REQUEST);
      Planned planned =
          router.plan(
              new PlanInput(
                  live.catalog(),
                  RoutingWishReader.read(body.root()),
                  RequestNeeds.of(chat.decodeRequest(Wire.of(body))),
                  live.constraints(),
                  Signals.NONE,
                  seats,
                  Optional.empty(),
                  clock.instant(),
                  seed,
                  "config"));
      JsonWriter out = new JsonWriter(4096);
      Explanation.write(out, planned.record());
      return Json.read(out.toBytes(), JsonLimits.RESPONSE).root();
    } catch (MalformedJson e) {
      throw new Failure(Main.USAGE, "the request is no JSON: " + e.getMessage());
    } catch (Refused e) {
      throw new Failure(Main.USAGE, "the request is wrong: " + e.fault().message());
    }
  }

  private JsonNode asked(String gateway, byte[] request) throws Failure {
    String secret =
        key.or(() -> shell.environment().apply("FAIRLEAD_KEY"))
            .orElseThrow(() -> new Failure(Main.AUTH, "name a --key, or set FAIRLEAD_KEY"));
    String base = gateway.replaceFirst("/+$", "").replaceFirst("(/api)?/v1$", "");
    URI address = Caller.address(base + "/api/v1/route/explain");
    Headers headers =
        Headers.of("authorization", "Bearer " + secret, "content-type", "application/json");
    try (Caller caller = Caller.towards(address, LARGEST_BYTES)) {
      Caller.Answer answer =
          caller.call("POST", address, headers, new String(request, UTF_8), PATIENCE);
      JsonNode body = Json.read(answer.body(), JsonLimits.RESPONSE).root();
      if (answer.status() == 200) {
        return body.get("data");
      }
      throw new Failure(
          code(answer.status()),
          body.get("error").get("message").textOr(base + " answered " + answer.status()));
    } catch (MalformedJson e) {
      throw new Failure(Main.UPSTREAM, base + " is no gateway: its answer is no JSON");
    }
  }

  private static int code(int status) {
    return switch (status) {
      case 400 -> Main.USAGE;
      case 401, 403 -> Main.AUTH;
      case 404 -> Main.NOT_FOUND;
      default -> Main.UPSTREAM;
    };
  }

  private static String table(JsonNode explained) {
    return "strategy "
        + explained.get("strategy").textOr("")
        + ", "
        + explained.get("included")
        + " in the plan, "
        + explained.get("excluded")
        + " not\n\n"
        + Column.table(explained.get("candidates"), CANDIDATES);
  }

  /** From USD a token, as explanations have it. */
  private static String perMillion(JsonNode usd) {
    return usd.textIfAny()
        .map(text -> new BigDecimal(text).movePointRight(6).stripTrailingZeros().toPlainString())
        .orElse("-");
  }
}
