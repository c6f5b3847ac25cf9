package dev.fairlead.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Fold;
import dev.fairlead.canon.Usage;
import dev.fairlead.http.Headers;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.EventEncoder;
import dev.fairlead.protocol.Flavour;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One request and its sound answer: what would be said if nothing went wrong. {@link Mischief}
 * makes of it what goes wrong. Immutable.
 */
final class Scene {
  /** The {@code created} of every answer: the same request shall have the same bytes. */
  static final long CREATED = 1_767_225_600L;

  private static final Duration FIRST_TOKEN = Duration.ofMillis(50);

  private final Codec codec;
  private final ChatRequest request;
  private final Prompt prompt;
  private final Options options;
  private final boolean legacy;
  private final String id;
  private final List<Beat> beats;

  private Scene(
      Codec codec,
      ChatRequest request,
      Prompt prompt,
      Options options,
      boolean legacy,
      String id,
      List<Beat> beats) {
    this.codec = codec;
    this.request = request;
    this.prompt = prompt;
    this.options = options;
    this.legacy = legacy;
    this.id = id;
    this.beats = List.copyOf(beats);
  }

  /**
   * Sets the stage.
   *
   * @param legacy the request came to the legacy completion operation
   * @param fault what will go wrong, as far as it changes what is said
   */
  static Scene of(
      Codec codec,
      ChatRequest request,
      Prompt prompt,
      Behaviour behaviour,
      long seed,
      boolean legacy,
      Optional<SimFault> fault) {
    Options options = behaviour.options();
    long own = seed + 31 * options.whole(Option.SEED).orElse(0);
    String kind = behaviour.kind().word();
    long number = Draw.number(own, kind, prompt.text());
    List<Beat> beats = new ArrayList<>();
    int choices = Math.clamp(request.sampling().choices().orElse(1), 1, 16);
    for (int choice = 0; choice < choices; choice++) {
      long drawn = choice == 0 ? number : Draw.number(number, String.valueOf(choice));
      List<Piece> pieces = Author.pieces(behaviour, request, prompt, drawn);
      if (fault.isPresent()) {
        pieces = said(pieces, fault.get());
      }
      long limit = options.flag(Option.IGNORE_MAX) ? Long.MAX_VALUE : limit(request);
      Optional<String> finish =
          fault.filter(f -> f.kind() == SimFault.Kind.EMPTY).isPresent()
              ? Optional.of("none")
              : options.text(Option.FINISH);
      beats.addAll(
          new Rhythm(choice, options, drawn, limit, request.sampling().stop())
              .beats(pieces, finish));
    }
    String id = String.format("sim%016x", Draw.number(number, codec.dialect().id()));
    return new Scene(codec, request, prompt, options, legacy, id, beats);
  }

  private static long limit(ChatRequest request) {
    OptionalLong max = request.maxTokens();
    return max.isPresent() && max.getAsLong() > 0 ? max.getAsLong() : Long.MAX_VALUE;
  }

  private static List<Piece> said(List<Piece> pieces, SimFault fault) {
    return switch (fault.kind()) {
      case EMPTY -> List.of();
      case CUT_TOOL -> pieces.stream().map(Scene::halved).toList();
      default -> pieces;
    };
  }

  private static Piece halved(Piece piece) {
    return piece instanceof Piece.Call call
        ? new Piece.Call(
            call.id(), call.name(), call.arguments().substring(0, call.arguments().length() / 2))
        : piece;
  }

  Dialect dialect() {
    return codec.dialect();
  }

  Options options() {
    return options;
  }

  String model() {
    return request.model();
  }

  boolean wantsStream() {
    return request.stream();
  }

  /** Whether this is the frame without which a stream of the dialect is not complete. */
  boolean isTerminal(byte[] frame) {
    String text = new String(frame, UTF_8);
    return switch (codec.dialect()) {
      case OPENAI_CHAT -> text.equals("data: [DONE]\n\n");
      case ANTHROPIC -> text.startsWith("event: message_stop\n");
      case OPENAI_RESPONSES -> text.startsWith("event: response.completed\n");
      case GEMINI, BEDROCK, COHERE -> false;
    };
  }

  int tokens() {
    return beats.stream().mapToInt(Beat::tokens).sum();
  }

  int thinking() {
    return beats.stream().mapToInt(Beat::thinking).sum();
  }

  Optional<Usage> usage() {
    return Reported.usage(options, prompt.tokens(), tokens(), thinking());
  }

  Headers headers(String contentType) {
    return Headers.of("content-type", contentType, "x-request-id", "req_" + id);
  }

  Duration firstToken() {
    return options.duration(Option.TTFT, FIRST_TOKEN);
  }

  /** The answer in the form that was asked for. */
  List<Move> moves() {
    return wantsStream() ? streamed() : whole();
  }

  /** The answer as one body, after the time that its tokens take. */
  List<Move> whole() {
    Duration length =
        beats.stream().map(Beat::gap).reduce(firstToken(), (one, other) -> one.plus(other));
    return List.of(
        new Move.Wait(length),
        new Move.Whole(200, headers("application/json"), body(), tokens(), thinking()));
  }

  /** The body of the whole answer. */
  byte[] body() {
    List<ChatEvent> events = new ArrayList<>();
    events.add(begin());
    beats.forEach(beat -> events.addAll(beat.events()));
    usage().map(ChatEvent.Used::new).ifPresent(events::add);
    events.add(new ChatEvent.End());
    return codec.encodeAnswer(Fold.of(events), context(), AnswerContext.Trailer.NONE);
  }

  /** The answer as a stream: a wait, the head, the tokens with the waits between, the end. */
  List<Move> streamed() {
    EventEncoder encoder = codec.encoder(context());
    List<Move> moves = new ArrayList<>();
    moves.add(new Move.Wait(firstToken()));
    moves.add(new Move.Open(200, headers("text/event-stream; charset=utf-8")));
    List<ChatEvent> opening = new ArrayList<>(List.of(begin()));
    Reported.usage(options, prompt.tokens(), 0, 0)
        .map(ChatEvent.Used::new)
        .filter(u -> codec.dialect() == Dialect.ANTHROPIC)
        .ifPresent(opening::add);
    send(encoder, opening, 0, 0, moves);
    long so = 0;
    int held = 0;
    int heldThinking = 0;
    for (Beat beat : beats) {
      so += beat.tokens();
      moves.add(new Move.Wait(beat.gap()));
      held += beat.tokens();
      heldThinking += beat.thinking();
      if (send(encoder, beat.events(), held, heldThinking, moves)) {
        held = 0;
        heldThinking = 0;
      }
      if (beat.tokens() > 0) {
        repeated("cumulative", so, moves);
      }
    }
    repeated("decreasing", so + 100, moves);
    repeated("twice", so, moves);
    finish(encoder, held, heldThinking, moves);
    return moves;
  }

  private ChatEvent begin() {
    return new ChatEvent.Begin(
        Optional.of(prefix() + id),
        Optional.of(request.model()),
        OptionalLong.of(CREATED),
        Extras.none(codec.dialect()));
  }

  private String prefix() {
    return switch (codec.dialect()) {
      case OPENAI_CHAT -> legacy ? "cmpl-" : "chatcmpl-";
      case OPENAI_RESPONSES -> "resp_";
      case ANTHROPIC -> "msg_";
      case GEMINI, BEDROCK, COHERE -> "";
    };
  }

  private AnswerContext context() {
    return new AnswerContext(
        Flavour.VENDOR,
        prefix() + id,
        request.model(),
        "Simulator",
        CREATED,
        request.includeUsage(),
        legacy,
        request.reasoning().exclude());
  }

  private void repeated(String shape, long completion, List<Move> moves) {
    if (options.text(Option.USAGE).filter(shape::equals).isPresent()) {
      byte[] frame = Reported.frame(codec.dialect(), request.model(), prompt.tokens(), completion);
      moves.add(Move.Send.of(frame));
    }
  }

  private void finish(EventEncoder encoder, int held, int heldThinking, List<Move> moves) {
    List<byte[]> last = new ArrayList<>();
    usage().ifPresent(usage -> last.add(encoder.encode(new ChatEvent.Used(usage))));
    last.add(encoder.encode(new ChatEvent.End()));
    last.add(encoder.end(AnswerContext.Trailer.NONE));
    byte[] all = joined(last);
    int cut = lastFrame(all);
    byte[] terminal = Arrays.copyOfRange(all, cut, all.length);
    byte[] before = isTerminal(terminal) ? Arrays.copyOf(all, cut) : all;
    if (before.length > 0) {
      moves.add(new Move.Send(before, held, heldThinking, 0, Duration.ZERO));
    }
    if (isTerminal(terminal)) {
      moves.add(Move.Send.of(terminal));
    }
    moves.add(new Move.End());
  }

  /** Where the last of several frames begins. */
  private static int lastFrame(byte[] frames) {
    for (int i = frames.length - 3; i > 0; i--) {
      if (frames[i] == '\n' && frames[i - 1] == '\n') {
        return i + 1;
      }
    }
    return 0;
  }

  private static boolean send(
      EventEncoder encoder, List<ChatEvent> events, int tokens, int thinking, List<Move> moves) {
    byte[] bytes = joined(events.stream().map(encoder::encode).toList());
    if (bytes.length > 0) {
      moves.add(new Move.Send(bytes, tokens, thinking, 0, Duration.ZERO));
    }
    return bytes.length > 0;
  }

  /** A frame in which one token is so many characters long. */
  byte[] giant(long size) {
    EventEncoder encoder = codec.encoder(context());
    encoder.encode(begin());
    encoder.encode(new ChatEvent.Open(0, 0, new ChatEvent.Head.TextHead()));
    String text = "x".repeat((int) Math.min(size, 256 << 20));
    return encoder.encode(new ChatEvent.Delta(0, 0, dev.fairlead.wire.Text.of(text)));
  }

  static byte[] joined(List<byte[]> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }
}
