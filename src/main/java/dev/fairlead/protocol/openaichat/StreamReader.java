package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Usage;
import dev.fairlead.protocol.EventDecoder;
import dev.fairlead.wire.Frame;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.MalformedJson;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads the chunks of one answer. A whole answer is read by the same code, as one chunk whose
 * deltas are messages. The end is seen at {@code [DONE]}, or when the bytes end after every choice
 * has had its finish reason; never otherwise.
 */
final class StreamReader implements EventDecoder {
  private static final String[] KNOWN = {
    "id",
    "object",
    "created",
    "model",
    "choices",
    "usage",
    "system_fingerprint",
    "service_tier",
    "provider",
    "obfuscation",
    "p",
    "error",
    "x_groq",
    "cost",
    "user_id"
  };
  private static final Set<String> KNOWN_SET = Set.of(KNOWN);
  private static final List<String> HEAD =
      List.of("provider", "system_fingerprint", "service_tier");

  private final List<ChoiceReader> choices = new ArrayList<>();
  private final Map<String, Raw> noted = new HashMap<>();
  private final List<ChatEvent> held = new ArrayList<>();
  private boolean begun;
  private boolean failed;
  private boolean ended;

  @Override
  public void decode(Frame frame, Consumer<ChatEvent> events) throws MalformedJson {
    if (frame.isEmpty() || ended) {
      return;
    }
    if (frame.dataIs("[DONE]")) {
      end(events);
      return;
    }
    chunk(frame.json().root(), false, events);
  }

  @Override
  public void finish(Consumer<ChatEvent> events) {
    closeAll(events);
    if (!choices.isEmpty() && choices.stream().allMatch(ChoiceReader::hasStopped)) {
      end(events);
    }
  }

  /** The events of a whole answer. It came in one piece, so it came to its end. */
  static List<ChatEvent> whole(JsonNode body) {
    List<ChatEvent> events = new ArrayList<>();
    StreamReader reader = new StreamReader();
    reader.chunk(body, true, events::add);
    if (!reader.failed && reader.choices.isEmpty() && !body.get("choices").isArray()) {
      reader.begin(body, events::add);
      reader.fail(
          Fault.provider(Fault.Kind.MALFORMED, "The provider's answer is not a chat completion.")
              .withProvider(200, Optional.empty(), Optional.of(FaultReader.shown(body.toString()))),
          events::add);
    }
    reader.end(events::add);
    return events;
  }

  private void end(Consumer<ChatEvent> events) {
    closeAll(events);
    if (begun && !failed && !ended) {
      events.accept(new ChatEvent.End());
    }
    ended = true;
  }

  private void closeAll(Consumer<ChatEvent> events) {
    for (ChoiceReader choice : choices) {
      choice.close(events);
    }
  }

  private void chunk(JsonNode root, boolean whole, Consumer<ChatEvent> events) {
    if (!root.isObject()) {
      return;
    }
    JsonNode list = root.get("choices");
    JsonNode usage = usage(root);
    boolean error = hasError(root, whole);
    if (!begun) {
      if (list.size() == 0 && root.get("id").textOr("").isEmpty() && !usage.isObject() && !error) {
        notes(root, events, true); // Azure's first chunk: filter results, and no answer yet
        return;
      }
      begin(root, events);
    }
    for (JsonNode choice : list.items()) {
      if (choice.isObject()) {
        choice(choice, whole, events);
      }
    }
    notes(root, events, false);
    if (usage.isObject() && usage.size() > 0) {
      events.accept(new ChatEvent.Used(costed(UsageReader.read(usage), root)));
    }
    if (error) {
      fail(FaultReader.inStream(root), events);
    }
  }

  /** Some servers send their error where the answer should be, with status 200. */
  private static boolean hasError(JsonNode root, boolean whole) {
    JsonNode error = root.get("error");
    if (error.hasValue()) {
      return !(error.isObject() && error.size() == 0);
    }
    boolean answer = root.get("choices").isArray();
    return !answer
        && (root.get("object").textIs("error")
            || (whole && (root.get("message").isString() || root.get("detail").hasValue())));
  }

  private void fail(Fault fault, Consumer<ChatEvent> events) {
    if (!failed) {
      failed = true;
      closeAll(events);
      events.accept(new ChatEvent.Failed(fault));
    }
  }

  private void begin(JsonNode root, Consumer<ChatEvent> events) {
    if (begun) {
      return;
    }
    begun = true;
    Map<String, Raw> extras = new LinkedHashMap<>();
    for (String name : HEAD) {
      if (root.get(name).hasValue()) {
        extras.put(name, root.get(name).raw());
      }
    }
    long created = root.get("created").longOr(-1);
    events.accept(
        new ChatEvent.Begin(
            root.get("id").textIfAny().filter(it -> !it.isEmpty()),
            root.get("model").textIfAny().filter(it -> !it.isEmpty()),
            created >= 0 ? OptionalLong.of(created) : OptionalLong.empty(),
            extras.isEmpty() ? Fields.NONE : new Extras(Dialect.OPENAI_CHAT, extras)));
    held.forEach(events);
    held.clear();
  }

  private void choice(JsonNode node, boolean whole, Consumer<ChatEvent> events) {
    int index = (int) Math.max(0, Math.min(1023, node.get("index").longOr(0)));
    ChoiceReader choice = null;
    for (ChoiceReader it : choices) {
      if (it.index() == index) {
        choice = it;
      }
    }
    if (choice == null) {
      choice = new ChoiceReader(index);
      choices.add(choice);
    }
    choice.read(node, whole, events);
    JsonNode error = node.get("error");
    if (error.hasValue()) {
      fail(FaultReader.inStream(node), events);
    }
  }

  private static JsonNode usage(JsonNode root) {
    JsonNode usage = root.get("usage");
    if (usage.isObject() && usage.size() > 0) {
      return usage;
    }
    JsonNode groq = root.get("x_groq").get("usage");
    if (groq.isObject()) {
      return groq;
    }
    JsonNode choices = root.get("choices");
    return choices.size() == 0 ? JsonNode.ABSENT : choices.at(0).get("usage"); // Moonshot
  }

  /** Venice states the cost beside the usage. */
  private static Usage costed(Usage usage, JsonNode root) {
    JsonNode cost = root.get("cost").get("usd");
    if (usage.statedCost().isPresent() || !cost.isNumber()) {
      return usage;
    }
    return new Usage(
        usage.input(),
        usage.output(),
        usage.cacheRead(),
        usage.cacheWrite(),
        usage.cacheWriteLong(),
        usage.reasoning(),
        usage.inputAudio(),
        usage.cacheReadAudio(),
        usage.outputAudio(),
        usage.inputImage(),
        usage.inputVideo(),
        usage.outputImage(),
        usage.searches(),
        Optional.of(cost.decimal()),
        usage.original());
  }

  /**
   * Members of the chunk that canon does not know, once each unless they change. Most chunks have
   * none, which is told by counting, without making a string of any name.
   */
  private void notes(JsonNode root, Consumer<ChatEvent> events, boolean hold) {
    int known = 0;
    for (String name : KNOWN) {
      known += root.get(name).exists() ? 1 : 0;
    }
    if (known == root.size()) {
      return;
    }
    for (JsonNode.Member member : root.members()) {
      if (KNOWN_SET.contains(member.name()) || !member.value().hasValue()) {
        continue;
      }
      Raw raw = member.value().raw();
      if (!raw.equals(noted.put(member.name(), raw))) {
        ChatEvent note = new ChatEvent.Note(Dialect.OPENAI_CHAT, member.name(), raw);
        if (hold) {
          held.add(note);
        } else {
          events.accept(note);
        }
      }
    }
  }
}
