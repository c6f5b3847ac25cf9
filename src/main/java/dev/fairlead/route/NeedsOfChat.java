package dev.fairlead.route;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Sampling;
import dev.fairlead.canon.Tool;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.canon.Turn;
import dev.fairlead.catalog.Modality;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Walks a conversation once and notes what it needs. One use, one thread. */
final class NeedsOfChat {
  /** Members that canon does not model and that are still parameters in OpenRouter's words. */
  private static final List<String> EXTRA_PARAMETERS =
      List.of("prediction", "web_search_options", "verbosity");

  private static final int BYTES_PER_TOKEN = 4;

  /** What a medium counts as when nobody has looked at it, in tokens. */
  private static final long TOKENS_PER_MEDIUM = 800;

  /** Roles, separators and the like, in tokens a turn. */
  private static final long TOKENS_PER_TURN = 4;

  private final ChatRequest request;
  private final Set<Modality> input = EnumSet.of(Modality.TEXT);
  private final Set<String> parameters = new TreeSet<>();
  private final Set<String> prefer = new TreeSet<>();
  private final Set<String> require = new TreeSet<>();
  private long bytes;
  private long media;

  NeedsOfChat(ChatRequest request) {
    this.request = request;
    request.turns().forEach(turn -> turn.parts().forEach(this::look));
    parameters();
  }

  long roughTokens() {
    for (Tool tool : request.tools()) {
      bytes +=
          switch (tool) {
            case Tool.Function f ->
                f.name().length()
                    + f.description().map(text -> text.roughLength()).orElse(0)
                    + f.schema().map(raw -> raw.length()).orElse(0);
            case Tool.Native n -> n.raw().length();
          };
    }
    return bytes / BYTES_PER_TOKEN
        + media * TOKENS_PER_MEDIUM
        + request.turns().size() * TOKENS_PER_TURN;
  }

  RequestNeeds read(long promptTokens) {
    return new RequestNeeds(
        input,
        output(),
        request.tools().stream()
            .filter(Tool.Function.class::isInstance)
            .map(Tool::name)
            .findFirst(),
        mustCall(request.toolChoice()),
        format(request.format()),
        prefill(),
        request.extras().members().containsKey("cache_control"),
        List.copyOf(parameters),
        promptTokens,
        request.maxTokens(),
        prefer,
        require);
  }

  private void look(Part part) {
    switch (part) {
      case Part.Text text -> bytes += text.text().roughLength();
      case Part.Refusal refusal -> bytes += refusal.text().roughLength();
      case Part.Reasoning reasoning -> {
        bytes += reasoning.text().roughLength();
        issuer(reasoning.proof());
      }
      case Part.ToolCall call -> {
        bytes += call.name().length() + call.arguments().roughLength();
        issuer(call.proof());
      }
      case Part.ToolResult result -> result.content().forEach(this::look);
      case Part.Media medium -> look(medium);
      case Part.Opaque opaque -> bytes += opaque.raw().length();
    }
  }

  private void issuer(Optional<Proof> proof) {
    proof.flatMap(Proof::issuedBy).ifPresent(prefer::add);
  }

  private void look(Part.Media medium) {
    if (medium.source() instanceof MediaSource.PlainText plain) {
      bytes += plain.text().roughLength();
      return;
    }
    media++;
    if (medium.source() instanceof MediaSource.FileId file) {
      file.issuedBy().ifPresent(require::add);
    }
    input.add(
        switch (medium.kind()) {
          case IMAGE -> Modality.IMAGE;
          case AUDIO -> Modality.AUDIO;
          case VIDEO -> Modality.VIDEO;
          case DOCUMENT -> Modality.FILE;
        });
  }

  private Set<Modality> output() {
    Set<Modality> output = EnumSet.noneOf(Modality.class);
    request.modalities().forEach(word -> Modality.of(word).ifPresent(output::add));
    if (output.isEmpty()) {
      output.add(Modality.TEXT);
    }
    return output;
  }

  private static boolean mustCall(ToolChoice choice) {
    return switch (choice) {
      case ToolChoice.Required r -> true;
      case ToolChoice.Named n -> true;
      case ToolChoice.Unset u -> false;
      case ToolChoice.Auto a -> false;
      case ToolChoice.None n -> false;
      case ToolChoice.Native n -> false;
    };
  }

  private static RequestNeeds.Format format(OutputFormat format) {
    return switch (format) {
      case OutputFormat.JsonObject o -> RequestNeeds.Format.JSON_OBJECT;
      case OutputFormat.JsonSchema s -> RequestNeeds.Format.JSON_SCHEMA;
      case OutputFormat.Unset u -> RequestNeeds.Format.TEXT;
      case OutputFormat.PlainText p -> RequestNeeds.Format.TEXT;
      case OutputFormat.Native n -> RequestNeeds.Format.TEXT;
    };
  }

  private boolean prefill() {
    List<Turn> turns = request.turns();
    if (turns.isEmpty() || turns.getLast().role() != Role.ASSISTANT) {
      return false;
    }
    return turns.getLast().parts().stream().noneMatch(Part.ToolCall.class::isInstance);
  }

  private void parameters() {
    Sampling sampling = request.sampling();
    sent("temperature", sampling.temperature().isPresent());
    sent("top_p", sampling.topP().isPresent());
    sent("top_k", sampling.topK().isPresent());
    sent("min_p", sampling.minP().isPresent());
    sent("top_a", sampling.topA().isPresent());
    sent("frequency_penalty", sampling.frequencyPenalty().isPresent());
    sent("presence_penalty", sampling.presencePenalty().isPresent());
    sent("repetition_penalty", sampling.repetitionPenalty().isPresent());
    sent("seed", sampling.seed().isPresent());
    sent("stop", !sampling.stop().isEmpty());
    sent("logit_bias", sampling.logitBias().isPresent());
    sent("logprobs", sampling.logprobs().orElse(false));
    sent("top_logprobs", sampling.topLogprobs().isPresent());
    sent("max_tokens", request.maxTokens().isPresent());
    sent("tools", request.tools().stream().anyMatch(Tool.Function.class::isInstance));
    sent("tool_choice", !(request.toolChoice() instanceof ToolChoice.Unset));
    sent("parallel_tool_calls", request.parallelToolCalls().isPresent());
    sent("reasoning", request.reasoning().isOn());
    RequestNeeds.Format format = format(request.format());
    sent("response_format", format != RequestNeeds.Format.TEXT);
    sent("structured_outputs", format == RequestNeeds.Format.JSON_SCHEMA);
    for (String extra : EXTRA_PARAMETERS) {
      sent(extra, request.extras().members().containsKey(extra));
    }
  }

  private void sent(String parameter, boolean isSent) {
    if (isSent) {
      parameters.add(parameter);
    }
  }
}
