package dev.fairlead.route;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.catalog.Modality;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a request needs of whoever answers it.
 *
 * @param input modalities that stand in it
 * @param output modalities that it asks for; text where it says nothing
 * @param firstTool the name of its first tool; empty when it has none
 * @param mustCall it forces a tool call: {@code tool_choice} required or by name
 * @param format the shape that the answer must have
 * @param prefill it ends with the beginning of the answer
 * @param cacheControl it carries a {@code cache_control} at its top level
 * @param parameters that it sends, in OpenRouter's words, sorted
 * @param promptTokens an estimate
 * @param maxTokens the caller's bound on the output
 * @param preferIssuers families whose proofs it carries
 * @param requireIssuers families in whose file stores its files are
 */
public record RequestNeeds(
    Set<Modality> input,
    Set<Modality> output,
    Optional<String> firstTool,
    boolean mustCall,
    Format format,
    boolean prefill,
    boolean cacheControl,
    List<String> parameters,
    long promptTokens,
    OptionalLong maxTokens,
    Set<String> preferIssuers,
    Set<String> requireIssuers) {

  /** What shape the answer must have. */
  public enum Format {
    TEXT,
    JSON_OBJECT,
    JSON_SCHEMA
  }

  public RequestNeeds {
    input = Collections.unmodifiableSet(copy(input));
    output = Collections.unmodifiableSet(copy(output));
    parameters = List.copyOf(parameters);
    preferIssuers = Collections.unmodifiableSet(new TreeSet<>(preferIssuers));
    requireIssuers = Collections.unmodifiableSet(new TreeSet<>(requireIssuers));
  }

  private static Set<Modality> copy(Set<Modality> modalities) {
    return modalities.isEmpty() ? EnumSet.noneOf(Modality.class) : EnumSet.copyOf(modalities);
  }

  /** Words in, words out, of this length. */
  public static RequestNeeds text(long promptTokens) {
    return new RequestNeeds(
        EnumSet.of(Modality.TEXT),
        EnumSet.of(Modality.TEXT),
        Optional.empty(),
        false,
        Format.TEXT,
        false,
        false,
        List.of(),
        promptTokens,
        OptionalLong.empty(),
        Set.of(),
        Set.of());
  }

  /** Of a request whose prompt is estimated from its size: four bytes a token. */
  public static RequestNeeds of(ChatRequest request) {
    NeedsOfChat needs = new NeedsOfChat(request);
    return needs.read(needs.roughTokens());
  }

  /** Of a request with an estimate from elsewhere. */
  public static RequestNeeds of(ChatRequest request, long promptTokens) {
    return new NeedsOfChat(request).read(promptTokens);
  }

  public boolean tools() {
    return firstTool.isPresent();
  }

  void write(JsonWriter out) {
    out.beginObject();
    modalities(out, "input", input);
    modalities(out, "output", output);
    firstTool.ifPresent(name -> out.field("first_tool", name));
    Words.flag(out, "must_call", mustCall);
    out.field("format", format.name());
    Words.flag(out, "prefill", prefill);
    Words.flag(out, "cache_control", cacheControl);
    Words.write(out, "parameters", parameters);
    out.field("prompt_tokens", promptTokens);
    maxTokens.ifPresent(bound -> out.field("max_tokens", bound));
    Words.write(out, "prefer_issuers", preferIssuers);
    Words.write(out, "require_issuers", requireIssuers);
    out.endObject();
  }

  private static void modalities(JsonWriter out, String name, Set<Modality> modalities) {
    if (!modalities.isEmpty()) {
      out.name(name).beginArray();
      modalities.forEach(modality -> out.value(modality.word()));
      out.endArray();
    }
  }

  static RequestNeeds read(JsonNode node) {
    JsonNode bound = node.get("max_tokens");
    return new RequestNeeds(
        modalities(node.get("input")),
        modalities(node.get("output")),
        node.get("first_tool").textIfAny(),
        node.get("must_call").boolOr(false),
        Format.valueOf(node.get("format").textOr("TEXT")),
        node.get("prefill").boolOr(false),
        node.get("cache_control").boolOr(false),
        Words.read(node.get("parameters")),
        node.get("prompt_tokens").longOr(0),
        bound.isNumber() ? OptionalLong.of(bound.longOr(0)) : OptionalLong.empty(),
        Set.copyOf(Words.read(node.get("prefer_issuers"))),
        Set.copyOf(Words.read(node.get("require_issuers"))));
  }

  private static Set<Modality> modalities(JsonNode node) {
    Set<Modality> found = EnumSet.noneOf(Modality.class);
    Words.read(node).forEach(word -> Modality.of(word).ifPresent(found::add));
    return found;
  }
}
