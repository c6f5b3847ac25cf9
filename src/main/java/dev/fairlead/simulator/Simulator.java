package dev.fairlead.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Refused;
import dev.fairlead.canon.Usage;
import dev.fairlead.http.Handler;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.protocol.Wire;
import dev.fairlead.protocol.openaichat.LegacyCompletions;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.MalformedJson;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A provider for tests, demonstrations and first steps. Give it to an HTTP server, or call it in
 * process through {@link InProcess}. May be called on any number of loops at once; the only state
 * is the log.
 */
public final class Simulator implements Handler {
  private static final Headers JSON = Headers.of("content-type", "application/json");
  private static final Duration FOREVER = Duration.ofDays(36_500);

  private final Map<Dialect, Codec> codecs;
  private final Scenario scenario;
  private final LongSupplier nanos;
  private final InstantSource clock;
  private final long startNanos;
  private final AttemptLog log;

  /**
   * @param codecs the dialects that are spoken; others answer 404
   * @param nanos monotonic nanoseconds
   * @param clock for dates in header fields
   */
  public Simulator(
      Map<Dialect, Codec> codecs, Scenario scenario, LongSupplier nanos, InstantSource clock) {
    this.codecs = Map.copyOf(codecs);
    this.scenario = scenario;
    this.nanos = nanos;
    this.clock = clock;
    this.startNanos = nanos.getAsLong();
    this.log = new AttemptLog(scenario.logEntries());
  }

  /** The attempts that the log still holds, oldest first. */
  public List<SimAttempt> attempts() {
    return log.attempts();
  }

  /** A request as it came, its credentials masked, while the log holds it. */
  public Optional<ServerRequest> received(long number) {
    return log.request(number);
  }

  /** Forgets all attempts: the next one of everybody is the first again. */
  public void forget() {
    log.clear();
  }

  @Override
  public void handle(ServerRequest request, Responder responder) {
    Operation operation = Operation.of(request);
    switch (operation) {
      case Operation.Chat chat -> chat(request, chat, responder);
      case Operation.CountTokens count -> countTokens(request, count, responder);
      case Operation.Models models ->
          json(responder, 200, Pages.models(models.dialect(), scenario));
      case Operation.Log it -> {
        if (request.method().equals("DELETE")) {
          forget();
          responder.whole(204, Headers.NONE, new byte[0]);
        } else {
          json(responder, 200, Pages.log(attempts()));
        }
      }
      case Operation.Received it -> received(it, responder);
      case Operation.Unknown it -> json(responder, 404, Pages.unknown(request));
    }
  }

  private static void json(Responder responder, int status, byte[] body) {
    responder.whole(status, JSON, body);
  }

  private void received(Operation.Received wanted, Responder responder) {
    Optional<ServerRequest> found = received(wanted.number());
    if (found.isEmpty()) {
      json(responder, 404, Pages.message("the log holds no request " + wanted.number()));
    } else if (wanted.bodyOnly()) {
      String type = found.get().headers().get("content-type").orElse("application/octet-stream");
      responder.whole(200, Headers.of("content-type", type), found.get().body());
    } else {
      json(responder, 200, Pages.received(found.get()));
    }
  }

  private void countTokens(
      ServerRequest request, Operation.CountTokens count, Responder responder) {
    long tokens;
    Codec codec = codecs.get(count.dialect());
    if (codec == null) {
      json(responder, 404, Pages.unknown(request));
      return;
    }
    try {
      tokens = Prompt.of(codec.decodeRequest(wire(request, count.model(), false))).tokens();
    } catch (Refused | MalformedJson e) {
      tokens = Tokens.count(new String(request.body(), UTF_8)); // asked for less than a request
    }
    json(responder, 200, Pages.tokens(count.dialect(), tokens));
  }

  private void chat(ServerRequest request, Operation.Chat chat, Responder responder) {
    Codec codec = codecs.get(chat.dialect());
    if (codec == null) {
      json(responder, 404, Pages.unknown(request));
      return;
    }
    try {
      Wire wire = wire(request, chat.model(), chat.stream());
      ChatRequest asked =
          chat.legacy() ? LegacyCompletions.decodeRequest(wire) : codec.decodeRequest(wire);
      perform(request, chat, codec, asked, responder);
    } catch (MalformedJson e) {
      refuse(codec, Refused.invalid("The body is no JSON: " + e.getMessage()), responder);
    } catch (Refused e) {
      refuse(codec, e, responder);
    } catch (BadName e) {
      Complaint complaint = Complaint.noModel(String.valueOf(e.getMessage()));
      json(responder, complaint.status(), complaint.body(codec.dialect()));
    }
  }

  private static Wire wire(ServerRequest request, Optional<String> model, boolean stream)
      throws MalformedJson {
    return new Wire(Json.read(request.body(), JsonLimits.REQUEST), model, stream);
  }

  private static void refuse(Codec codec, Refused refused, Responder responder) {
    byte[] body = codec.encodeFault(refused.fault(), Flavour.VENDOR, Optional.empty());
    json(responder, refused.fault().status(), body);
  }

  private void perform(
      ServerRequest received,
      Operation.Chat chat,
      Codec codec,
      ChatRequest asked,
      Responder responder)
      throws BadName {
    SimModel model = scenario.find(asked.model());
    Prompt prompt = Prompt.of(asked);
    long now = nanos.getAsLong();
    Optional<String> run = received.headers().get("x-sim-run").or(prompt::run);
    String who = run.map(r -> "run " + r).orElseGet(() -> "by " + AttemptLog.caller(received));
    AttemptLog.Count count = log.count(model.name() + "\n" + who, now);
    Behaviour behaviour = model.at(count.attempt());
    Options options = behaviour.options();
    double scale = scenario.scale() * options.decimal(Option.SCALE, 1);
    Optional<SimFault> fault =
        SimFault.of(options).filter(it -> holds(it, model, count, now, scale));
    Scene scene = Scene.of(codec, asked, prompt, behaviour, scenario.seed(), chat.legacy(), fault);
    boolean refusesPrefill =
        prompt.prefill().isPresent()
            && options.text(Option.PREFILL).filter("refuse"::equals).isPresent();
    List<Move> moves =
        refusesPrefill ? refusal(scene) : moves(scene, fault, received.path(), scale);
    Optional<String> word =
        refusesPrefill ? Optional.of("prefill-refused") : fault.map(SimFault::word);
    Optional<Usage> reported = delivers(moves) ? scene.usage() : Optional.empty();
    Attempt attempt =
        log.begin(
            received,
            number ->
                new Attempt(
                    new Attempt.Begun(
                        number,
                        startNanos,
                        now,
                        received.path(),
                        codec.dialect().id(),
                        asked.model(),
                        asked.stream(),
                        count.attempt(),
                        run,
                        word,
                        prompt.prefill().isPresent(),
                        prompt.tokens(),
                        reported,
                        model.price())));
    Performance.play(Dress.apply(moves, options), scale, responder, nanos, attempt);
  }

  private boolean holds(
      SimFault fault, SimModel model, AttemptLog.Count count, long now, double scale) {
    Duration since =
        count.attempt() == 1
            ? Duration.ZERO
            : scale == 0 ? FOREVER : Duration.ofNanos((long) ((now - count.firstNanos()) / scale));
    long drawn = Draw.number(scenario.seed(), model.name(), String.valueOf(count.attempt()));
    return fault.when().holds(count.attempt(), since, Draw.from(drawn).nextDouble());
  }

  private List<Move> moves(Scene scene, Optional<SimFault> fault, String path, double scale) {
    return fault
        .map(
            it ->
                Mischief.moves(scene, it, new Mischief.Circumstances(path, scale, clock.instant())))
        .orElseGet(scene::moves);
  }

  private static List<Move> refusal(Scene scene) {
    return List.of(
        new Move.Whole(
            Complaint.PREFILL.status(),
            scene.headers("application/json"),
            Complaint.PREFILL.body(scene.dialect()),
            0,
            0));
  }

  /** Whether anything of the sound answer is among these moves. */
  private static boolean delivers(List<Move> moves) {
    return moves.stream()
        .anyMatch(
            move ->
                (move instanceof Move.Send send && send.tokens() > 0)
                    || (move instanceof Move.Whole whole && whole.tokens() > 0));
  }
}
