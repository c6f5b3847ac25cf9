package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Sampling;
import dev.fairlead.canon.Tool;
import dev.fairlead.protocol.Encoded;
import dev.fairlead.protocol.Target;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request. The members stand in one order for the same request whatever comes after it in
 * a conversation, so that its prefix stays the same for the provider's cache.
 */
final class RequestWriter {
  private static final int LONGEST_USER = 256;

  /** Members of other dialects that are spoken to the gateway, or that are written below. */
  private static final Set<String> CARRIED =
      Set.of(
          "cache_control",
          "service_tier",
          "speed",
          "provider",
          "models",
          "route",
          "plugins",
          "transforms",
          "preset",
          "session_id",
          "trace",
          "usage",
          "debug",
          "stream_options");

  private static final Set<String> WRITTEN = Set.of("thinking", "output_config", "metadata");

  private final ChatRequest request;
  private final Target target;
  private final Losses losses = new Losses();
  private final JsonWriter out = new JsonWriter(4096);
  private final boolean own;

  private RequestWriter(ChatRequest request, Target target) {
    this.request = request;
    this.target = target;
    this.own = request.extras().dialect() == Dialect.ANTHROPIC;
  }

  static Encoded write(ChatRequest request, Target target) {
    return new RequestWriter(request, target).write();
  }

  private Encoded write() {
    ToolNames names = new ToolNames(losses);
    ToolWriter tools = new ToolWriter(request, target, names, losses);
    List<Tool> sent = tools.select();
    Conversation talk = Conversation.of(request, target, names, losses);
    tools.reconstruct(talk);
    Thinking thinking = Thinking.plan(request, target, talk.unfinishedToolTurn(), losses);
    talk.end(thinking.isOn());
    AnswerShape shape = AnswerShape.plan(request, target, losses);
    shape
        .instruction()
        .ifPresent(text -> talk.system.add(Conversation.said(text, "response_format")));
    CacheMarks marks = marks(sent, talk);

    out.beginObject();
    if (!target.model().isEmpty() && !overridden("model")) {
      out.field("model", target.model());
    }
    if (!overridden("max_tokens")) {
      out.field("max_tokens", thinking.maxTokens());
    }
    if (target.stream() && !overridden("stream")) {
      out.field("stream", true);
    }
    if (!overridden("tools")) {
      tools.write(out, marks);
    }
    if (!overridden("tool_choice")) {
      tools.writeChoice(out, thinking.mode() == Thinking.Mode.BUDGET);
    }
    PartWriter parts = new PartWriter(out, marks, losses);
    system(talk, parts);
    messages(talk, parts);
    thinking(thinking);
    outputConfig(thinking, shape);
    sampling(thinking);
    user();
    extras();
    out.endObject();
    return new Encoded(out.toBytes(), losses.list());
  }

  private CacheMarks marks(List<Tool> tools, Conversation talk) {
    CacheMarks marks = new CacheMarks();
    tools.forEach(tool -> marks.offer(tool, "tools"));
    talk.system.forEach(block -> marks.offer(block.part(), block.node()));
    for (Conversation.Message message : talk.messages) {
      message.blocks.forEach(block -> marks.offer(block.part(), block.node()));
    }
    marks.settle(request.extras().members().containsKey("cache_control") ? 1 : 0, losses);
    return marks;
  }

  private void system(Conversation talk, PartWriter parts) {
    if (talk.system.isEmpty() || overridden("system")) {
      return;
    }
    out.name("system");
    if (talk.system.size() == 1
        && talk.system.getFirst().part() instanceof Part.Text text
        && text.cache().isEmpty()
        && text.citations().isEmpty()
        && (text.extras().isEmpty() || text.extras().dialect() != Dialect.ANTHROPIC)) {
      out.value(text.text());
      return;
    }
    blocks(talk.system, parts);
  }

  private void messages(Conversation talk, PartWriter parts) {
    if (overridden("messages")) {
      return;
    }
    out.name("messages").beginArray();
    for (Conversation.Message message : talk.messages) {
      out.beginObject().field("role", message.role).name("content");
      blocks(message.blocks, parts);
      parts.extras(message.extras);
      out.endObject();
    }
    out.endArray();
  }

  private void blocks(List<Conversation.Block> blocks, PartWriter parts) {
    out.beginArray();
    for (Conversation.Block block : blocks) {
      parts.write(block.part(), block.node());
    }
    out.endArray();
  }

  private void thinking(Thinking thinking) {
    Raw verbatim = ownExtra("thinking");
    if (verbatim != null) {
      out.field("thinking", verbatim);
    } else {
      thinking.write(out);
    }
  }

  private void outputConfig(Thinking thinking, AnswerShape shape) {
    Raw rest = ownExtra("output_config");
    if (rest == null && thinking.effort().isEmpty() && shape.format().isEmpty()) {
      return;
    }
    out.name("output_config").beginObject();
    JsonNode said = rest == null ? JsonNode.ABSENT : rest.node();
    if (thinking.effort().isPresent() && !said.get("effort").exists()) {
      out.field("effort", thinking.effort().get());
    }
    if (shape.format().isPresent() && !said.get("format").exists()) {
      out.field("format", shape.format().get());
    }
    if (rest != null) {
      rest.node().members().forEach(m -> out.name(m.name()).value(m.value()));
    }
    out.endObject();
  }

  private void sampling(Thinking thinking) {
    Sampling s = request.sampling();
    boolean fixed = target.traits().contains(Target.Trait.NO_SAMPLING);
    Optional<BigDecimal> temperature = temperature(s, fixed, thinking.isOn());
    temperature.ifPresent(t -> out.field("temperature", t));
    topP(s, fixed, thinking.isOn(), temperature.isPresent()).ifPresent(p -> out.field("top_p", p));
    topK(s, fixed, thinking.isOn()).ifPresent(k -> out.field("top_k", k));
    stops(s.stop());
    unknown(s.minP(), "min_p", 0);
    unknown(s.topA(), "top_a", 0);
    unknown(s.frequencyPenalty(), "frequency_penalty", 0);
    unknown(s.presencePenalty(), "presence_penalty", 0);
    unknown(s.repetitionPenalty(), "repetition_penalty", 1);
    s.seed().ifPresent(seed -> unknown("seed"));
    s.logitBias().ifPresent(bias -> unknown("logit_bias"));
    s.logprobs().filter(on -> on).ifPresent(on -> unknown("logprobs"));
    s.topLogprobs().ifPresent(n -> unknown("top_logprobs"));
    if (s.choices().orElse(1) != 1) {
      losses.add("", "n", "there is one answer a request here; one is asked");
    }
    for (String modality : request.modalities()) {
      if (!modality.equals("text")) {
        losses.add("", "modalities", "the Messages API answers in text, not in " + modality);
      }
    }
  }

  private Optional<BigDecimal> temperature(Sampling s, boolean fixed, boolean thinks) {
    if (s.temperature().isEmpty() || overridden("temperature")) {
      return Optional.empty();
    }
    BigDecimal wanted = s.temperature().get();
    boolean one = wanted.compareTo(BigDecimal.ONE) == 0;
    if (fixed || (thinks && !one)) {
      losses.add("", "temperature", fixed ? "this model takes none" : "a model that thinks takes none");
      return Optional.empty();
    }
    if (wanted.compareTo(BigDecimal.ONE) > 0 || wanted.signum() < 0) {
      losses.add("", "temperature", "it is between 0 and 1 here; the nearest was sent");
      return Optional.of(wanted.signum() < 0 ? BigDecimal.ZERO : BigDecimal.ONE);
    }
    return s.temperature();
  }

  private Optional<BigDecimal> topP(Sampling s, boolean fixed, boolean thinks, boolean tempered) {
    if (s.topP().isEmpty() || overridden("top_p")) {
      return Optional.empty();
    }
    BigDecimal wanted = s.topP().get();
    boolean all = wanted.compareTo(BigDecimal.ONE) >= 0;
    if (fixed || (thinks && wanted.compareTo(new BigDecimal("0.95")) < 0) || (tempered && !own)) {
      if (!all) {
        losses.add("", "top_p", "not together with temperature or thinking here, or not at this model; left out");
      }
      return Optional.empty();
    }
    return s.topP();
  }

  private Optional<BigDecimal> topK(Sampling s, boolean fixed, boolean thinks) {
    if (s.topK().isEmpty() || overridden("top_k") || (!own && s.topK().get().signum() <= 0)) {
      return Optional.empty(); // 0 and -1 say in other dialects that there is no bound
    }
    if (fixed || thinks) {
      losses.add("", "top_k", "not with thinking here, or not at this model; left out");
      return Optional.empty();
    }
    return s.topK().map(k -> own ? k : new BigDecimal(k.toBigInteger()));
  }

  private void stops(List<String> stops) {
    List<String> kept = new ArrayList<>();
    for (String stop : stops) {
      if (stop.isBlank()) {
        losses.add("", "stop", "a stop sequence of white space is refused here; left out");
      } else {
        kept.add(stop);
      }
    }
    if (kept.isEmpty() || overridden("stop_sequences")) {
      return;
    }
    out.name("stop_sequences").beginArray();
    kept.forEach(out::value);
    out.endArray();
  }

  private void unknown(Optional<BigDecimal> value, String name, long neutral) {
    if (value.isPresent() && value.get().compareTo(BigDecimal.valueOf(neutral)) != 0) {
      unknown(name);
    }
  }

  private void unknown(String name) {
    losses.add("", name, "the Messages API has no such parameter; left out");
  }

  private void user() {
    Raw rest = ownExtra("metadata");
    if (request.user().isEmpty() && rest == null) {
      return;
    }
    out.name("metadata").beginObject();
    boolean said = rest != null && rest.node().get("user_id").exists();
    if (request.user().isPresent() && !said) {
      out.field("user_id", cut(request.user().get()));
    }
    if (rest != null) {
      rest.node().members().forEach(m -> out.name(m.name()).value(m.value()));
    }
    out.endObject();
  }

  private String cut(String user) {
    if (user.length() <= LONGEST_USER) {
      return user;
    }
    losses.add("", "user", "it is longer than 256 characters; cut");
    boolean splitsPair = Character.isHighSurrogate(user.charAt(LONGEST_USER - 1));
    return user.substring(0, splitsPair ? LONGEST_USER - 1 : LONGEST_USER);
  }

  private void extras() {
    if (own) {
      request.extras().members().forEach(
          (name, raw) -> {
            if (!WRITTEN.contains(name)) {
              out.field(name, raw);
            }
          });
      return;
    }
    losses.foreign("", request.extras(), CARRIED);
    Raw cache = request.extras().members().get("cache_control");
    if (cache != null && cache.node().isObject()) {
      out.field("cache_control", cache);
    }
    Raw speed = request.extras().members().get("speed");
    if (speed != null) {
      out.field("speed", speed);
    }
    Raw tier = request.extras().members().get("service_tier");
    if (tier != null) {
      serviceTier(tier.node());
    }
  }

  private void serviceTier(JsonNode tier) {
    switch (tier.textOr("")) {
      case "auto", "priority" -> out.field("service_tier", "auto");
      case "default", "standard" -> out.field("service_tier", "standard_only");
      default -> losses.add("", "service_tier", "Anthropic has no tier " + tier + "; left out");
    }
  }

  /** An edit set a member that canon models: it stands in the place of what canon says. */
  private boolean overridden(String name) {
    return ownExtra(name) != null;
  }

  /** What the caller said there in this dialect and the reader could not take apart. */
  private @Nullable Raw ownExtra(String name) {
    return own ? request.extras().members().get(name) : null;
  }
}
