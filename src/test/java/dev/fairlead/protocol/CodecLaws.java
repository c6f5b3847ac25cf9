package dev.fairlead.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Edit;
import dev.fairlead.canon.Edits;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Fold;
import dev.fairlead.canon.Loss;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Refused;
import dev.fairlead.canon.Unfold;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.MalformedFrame;
import dev.fairlead.wire.MalformedJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The laws that every codec keeps, on seeded random input. A codec's test extends this class and
 * says which codec and which targets.
 */
public abstract class CodecLaws {
  /** How many random cases each law tries. */
  protected static final int CASES = 400;

  protected abstract Codec codec();

  /** An endpoint of the codec's own dialect that takes everything the dialect can say. */
  protected abstract Target target();

  /** Other endpoints, for which more is lost; every loss must be accounted for there too. */
  protected List<Target> otherTargets() {
    return List.of();
  }

  /** The body as it would have been received; a dialect with the model in the path adds it. */
  protected Wire wire(byte[] body) throws MalformedJson {
    return Wire.of(Json.read(body, JsonLimits.REQUEST));
  }

  /** How many choices an answer of this dialect can have. */
  protected int maxChoices() {
    return 1;
  }

  protected AnswerContext context(Flavour flavour) {
    return new AnswerContext(
        flavour, "gen-1-test", "some/model", "Some Provider", 1_700_000_000L, true, false, false);
  }

  /**
   * A line that is missing after translation although no loss tells of it, because the dialect says
   * it in another way; the codec's test documents each such line.
   */
  protected boolean saidOtherwise(Summary.Line line, ChatRequest original, ChatRequest back) {
    return false;
  }

  /** A line that is there after translation only; what the dialect must add, documented. */
  protected boolean mayBeAdded(Summary.Line line, ChatRequest original) {
    return false;
  }

  @Test
  void spliceWithoutEditsIsTheReceivedArray() throws Exception {
    for (int seed = 0; seed < CASES; seed++) {
      byte[] body = body(seed);
      assertThat(codec().splice(wire(body), List.of()).orElseThrow()).isSameAs(body);
    }
  }

  @Test
  void whatADialectCanSayComesBackUnchanged() throws Exception {
    for (int seed = 0; seed < CASES; seed++) {
      byte[] body = body(seed);
      ChatRequest once = codec().decodeRequest(wire(body));
      Encoded again = codec().encodeRequest(once, target());
      ChatRequest twice = codec().decodeRequest(wire(again.body()));
      assertThat(Summary.said(Summary.of(twice)))
          .as("seed %s: %s", seed, new String(again.body(), UTF_8))
          .isEqualTo(Summary.said(Summary.of(once)));
      assertThat(again.losses()).as("seed %s: %s", seed, new String(body, UTF_8)).isEmpty();
      assertThat(new String(again.body(), UTF_8)).isEqualTo(new String(body, UTF_8));
    }
  }

  @Test
  void splicingAndApplyingEditsCommute() throws Exception {
    int spliced = 0;
    for (int seed = 0; seed < CASES; seed++) {
      byte[] body = body(seed);
      Wire wire = wire(body);
      ChatRequest request = codec().decodeRequest(wire);
      List<Edit> edits = new RandomRequests(seed * 31L, codec().dialect()).edits(request);
      Optional<byte[]> changed = codec().splice(wire, edits);
      if (changed.isPresent()) {
        spliced++;
        ChatRequest found = codec().decodeRequest(wire(changed.get()));
        ChatRequest wanted = Edits.apply(request, edits);
        assertThat(Summary.said(Summary.of(found)))
            .as("seed %s, %s", seed, edits)
            .isEqualTo(Summary.said(Summary.of(wanted)));
        assertThat(found.maxTokens()).isEqualTo(wanted.maxTokens());
      }
    }
    assertThat(spliced).as("spliced of %s", CASES).isGreaterThan(CASES / 2);
  }

  @Test
  void everyLossIsAccountedFor() throws Exception {
    List<Target> targets = new ArrayList<>(otherTargets());
    targets.add(target());
    for (Target target : targets) {
      for (int seed = 0; seed < CASES; seed++) {
        Dialect from = seed % 2 == 0 ? codec().dialect() : foreign();
        ChatRequest original = new RandomRequests(seed, from).next();
        Encoded encoded = codec().encodeRequest(original, target);
        accounted(seed, target, original, encoded);
      }
    }
  }

  private Dialect foreign() {
    return codec().dialect() == Dialect.OPENAI_CHAT ? Dialect.ANTHROPIC : Dialect.OPENAI_CHAT;
  }

  private void accounted(int seed, Target target, ChatRequest original, Encoded encoded)
      throws MalformedJson, Refused {
    ChatRequest back = codec().decodeRequest(wire(encoded.body()));
    List<String> there = new ArrayList<>(Summary.said(Summary.of(back)));
    for (Summary.Line line : Summary.of(original)) {
      if (!there.remove(line.said())
          && encoded.losses().stream().noneMatch(line::coveredBy)
          && !saidOtherwise(line, original, back)) {
        throw new AssertionError(
            "seed %s, %s: lost without a loss: %s%nlosses: %s%nbody: %s"
                .formatted(
                    seed, target, line, encoded.losses(), new String(encoded.body(), UTF_8)));
      }
    }
    for (Summary.Line line : Summary.of(back)) {
      if (there.remove(line.said()) && encoded.losses().isEmpty() && !mayBeAdded(line, original)) {
        throw new AssertionError(
            "seed %s, %s: came from nowhere: %s%nbody: %s"
                .formatted(seed, target, line, new String(encoded.body(), UTF_8)));
      }
    }
    for (Loss loss : encoded.losses()) {
      assertThat(loss.reason()).isNotBlank();
    }
  }

  @Test
  void aStreamFoldsToTheWholeAnswer() throws Exception {
    for (Flavour flavour : Flavour.values()) {
      for (int seed = 0; seed < CASES; seed++) {
        ChatAnswer answer = new RandomAnswers(seed, codec().dialect()).next(maxChoices());
        AnswerContext.Trailer none = AnswerContext.Trailer.NONE;
        byte[] whole = codec().encodeAnswer(answer, context(flavour), none);
        byte[] stream = Replay.encoded(codec(), Unfold.events(answer), context(flavour), none);
        ChatAnswer fromWhole =
            Fold.of(codec().decodeAnswer(Json.read(whole, JsonLimits.RESPONSE).root()));
        ChatAnswer fromStream = Fold.of(Replay.stream(codec(), stream, Replay.Cuts.NONE));
        assertThat(Summary.said(Summary.of(fromStream)))
            .as(
                "seed %s, %s:%n%s%n%s",
                seed, flavour, new String(whole, UTF_8), new String(stream, UTF_8))
            .isEqualTo(Summary.said(Summary.of(fromWhole)));
        assertThat(textAndCalls(fromWhole)).isEqualTo(textAndCalls(answer));
        assertThat(fromStream.complete()).isTrue();
      }
    }
  }

  private static List<String> textAndCalls(ChatAnswer answer) {
    List<String> out = new ArrayList<>();
    for (ChatAnswer.Choice choice : answer.choices()) {
      StringBuilder text = new StringBuilder();
      for (Part part : choice.parts()) {
        if (part instanceof Part.Text it) {
          text.append(it.text());
        } else if (part instanceof Part.ToolCall it) {
          out.add(it.name() + Summary.json(it.arguments().toString()));
        }
      }
      out.add(text.toString());
    }
    return out;
  }

  @Test
  void howTheBytesAreSplitChangesNothing() throws Exception {
    for (int seed = 0; seed < 60; seed++) {
      ChatAnswer answer = new RandomAnswers(seed, codec().dialect()).next(maxChoices());
      byte[] stream =
          Replay.encoded(
              codec(), Unfold.events(answer), context(Flavour.VENDOR), AnswerContext.Trailer.NONE);
      List<ChatEvent> events = Replay.stream(codec(), stream, Replay.Cuts.NONE);
      assertThat(Replay.stream(codec(), stream, Replay.Cuts.every(1))).isEqualTo(events);
      Random random = new Random(seed);
      assertThat(Replay.stream(codec(), stream, at -> 1 + random.nextInt(40))).isEqualTo(events);
    }
  }

  @Test
  void aStreamThatIsCutShortIsNeverComplete() throws Exception {
    for (int seed = 0; seed < 60; seed++) {
      ChatAnswer answer = new RandomAnswers(seed, codec().dialect()).next(1);
      List<ChatEvent> events = new ArrayList<>(Unfold.events(answer));
      events.removeIf(
          it ->
              it instanceof ChatEvent.Stop
                  || it instanceof ChatEvent.Used
                  || it instanceof ChatEvent.End);
      EventEncoder encoder = codec().encoder(context(Flavour.VENDOR));
      java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
      events.forEach(it -> out.writeBytes(encoder.encode(it)));
      ChatAnswer cut = Fold.of(Replay.stream(codec(), out.toByteArray(), Replay.Cuts.NONE));
      assertThat(cut.complete()).isFalse();
    }
  }

  @Test
  void aBrokenStreamNeverLooksLikeAFinishedOne() throws Exception {
    Fault fault = Fault.provider(Fault.Kind.RESET, "The provider closed the connection.");
    for (Flavour flavour : Flavour.values()) {
      ChatAnswer answer = new RandomAnswers(7, codec().dialect()).next(1);
      List<ChatEvent> events = new ArrayList<>(Unfold.events(answer));
      events.removeIf(it -> it instanceof ChatEvent.Stop || it instanceof ChatEvent.End);
      events.add(new ChatEvent.Failed(fault));
      byte[] stream = Replay.encoded(codec(), events, context(flavour), AnswerContext.Trailer.NONE);
      ChatAnswer read = Fold.of(Replay.stream(codec(), stream, Replay.Cuts.NONE));
      assertThat(read.fault()).as(new String(stream, UTF_8)).isPresent();
    }
  }

  @Test
  void mutatedInputIsRefusedAndNeverThrows() throws Exception {
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      byte[] request = mutated(body(seed), random);
      try {
        Wire wire = wire(request);
        ChatRequest decoded = codec().decodeRequest(wire);
        codec().encodeRequest(decoded, target());
      } catch (MalformedJson | Refused e) {
        assertThat(e.getMessage()).isNotBlank();
      }
      ChatAnswer answer = new RandomAnswers(seed, codec().dialect()).next(maxChoices());
      AnswerContext context = context(Flavour.OPENROUTER);
      byte[] whole = codec().encodeAnswer(answer, context, AnswerContext.Trailer.NONE);
      byte[] stream =
          Replay.encoded(codec(), Unfold.events(answer), context, AnswerContext.Trailer.NONE);
      wholeSurvives(mutated(whole, random));
      streamSurvives(mutated(stream, random));
      assertThat(codec().decodeFault(500, mutated(whole, random)).message()).isNotBlank();
    }
  }

  private void wholeSurvives(byte[] body) {
    try {
      Fold.of(codec().decodeAnswer(Json.read(body, JsonLimits.RESPONSE).root()));
    } catch (MalformedJson e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private void streamSurvives(byte[] body) {
    try {
      Fold.of(Replay.stream(codec(), body, Replay.Cuts.NONE));
    } catch (MalformedFrame | MalformedJson e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  /** Swaps values of other kinds in, or bytes; half of the results are still JSON. */
  private static byte[] mutated(byte[] body, Random random) {
    String text = new String(body, UTF_8);
    List<String> values =
        List.of("null", "[]", "{}", "\"x\"", "-1", "1e99", "true", "[[1]]", "[null]");
    String value = values.get(random.nextInt(values.size()));
    int at = text.indexOf(':', random.nextInt(Math.max(1, text.length() - 2)));
    if (random.nextInt(4) > 0 && at > 0) {
      int end = at + 1;
      while (end < text.length() && ",}]".indexOf(text.charAt(end)) < 0) {
        end++;
      }
      return (text.substring(0, at + 1) + value + text.substring(end)).getBytes(UTF_8);
    }
    byte[] bytes = Arrays.copyOf(body, body.length);
    for (int i = 0; i < 3 && bytes.length > 0; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  /** A request's bytes in this dialect. */
  private byte[] body(int seed) {
    ChatRequest random = new RandomRequests(seed, codec().dialect()).next();
    return codec().encodeRequest(random, target()).body();
  }
}
