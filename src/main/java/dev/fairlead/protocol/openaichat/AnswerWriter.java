package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.Citation;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.StopReason;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes a whole answer. One use. */
final class AnswerWriter {
  private final AnswerContext context;
  private final boolean openrouter;
  private final JsonWriter out;

  private AnswerWriter(ChatAnswer answer, AnswerContext context) {
    this.context = context;
    this.openrouter = context.flavour() == Flavour.OPENROUTER;
    this.out = Envelope.open(context, false, answer.extras());
  }

  static byte[] write(ChatAnswer answer, AnswerContext context, AnswerContext.Trailer trailer) {
    return new AnswerWriter(answer, context).write(answer, trailer);
  }

  private byte[] write(ChatAnswer answer, AnswerContext.Trailer trailer) {
    out.name("choices").beginArray();
    for (ChatAnswer.Choice choice : answer.choices()) {
      choice(choice, answer);
    }
    out.endArray();
    answer.notes().stream()
        .filter(it -> it.dialect() == Dialect.OPENAI_CHAT)
        .forEach(it -> out.field(it.field(), it.raw()));
    if (answer.usage().isPresent()) {
      out.name("usage");
      UsageWriter.write(out, answer.usage().get(), context.flavour(), trailer);
    }
    if (!openrouter && answer.fault().isPresent()) {
      out.name("error");
      FaultWriter.vendor(out, answer.fault().get());
    }
    if (openrouter) {
      trailer.metadata().ifPresent(it -> out.field("openrouter_metadata", it));
    }
    return out.endObject().toBytes();
  }

  private void choice(ChatAnswer.Choice choice, ChatAnswer answer) {
    out.beginObject().field("index", choice.index());
    if (context.legacyCompletion()) {
      out.field("text", text(choice));
    } else {
      out.name("message").beginObject().field("role", "assistant");
      message(choice);
      out.endObject();
    }
    out.name("logprobs");
    Optional<Raw> logprobs = choice.logprobs();
    if (logprobs.isPresent()) {
      out.value(logprobs.get());
    } else {
      out.nullValue();
    }
    boolean broken = answer.fault().isPresent() && choice.stop().isEmpty();
    StopReason stop = choice.stop().orElse(broken ? StopReason.ERROR : StopReason.END);
    String word = FinishReasons.write(stop);
    out.field("finish_reason", word);
    if (openrouter) {
      out.field("native_finish_reason", choice.nativeReason().orElse(word));
      answer
          .fault()
          .ifPresent(
              it -> {
                out.name("error");
                FaultWriter.openrouter(out, it, Optional.of(context.provider()));
              });
    }
    out.endObject();
  }

  private static String text(ChatAnswer.Choice choice) {
    StringBuilder text = new StringBuilder();
    for (Part part : choice.parts()) {
      if (part instanceof Part.Text it) {
        text.append(it.text());
      }
    }
    return text.toString();
  }

  private void message(ChatAnswer.Choice choice) {
    List<Part.ToolCall> calls = new ArrayList<>();
    StringBuilder refusal = new StringBuilder();
    boolean says = false;
    for (Part part : choice.parts()) {
      switch (part) {
        case Part.Text it -> says = true;
        case Part.ToolCall it -> calls.add(it);
        case Part.Refusal it -> refusal.append(it.text());
        case Part.Reasoning it -> {}
        case Part.Media it -> {}
        case Part.ToolResult it -> {}
        case Part.Opaque it -> {}
      }
    }
    out.name("content");
    if (says) {
      out.value(text(choice));
    } else {
      out.nullValue();
    }
    out.name("refusal");
    if (refusal.isEmpty()) {
      out.nullValue();
    } else {
      out.value(refusal.toString());
    }
    reasoning(choice, calls);
    calls(calls);
    media(choice);
    annotations(choice);
  }

  private void reasoning(ChatAnswer.Choice choice, List<Part.ToolCall> calls) {
    StringBuilder readable = new StringBuilder();
    List<Part> details = new ArrayList<>();
    boolean proven = calls.stream().anyMatch(it -> it.proof().isPresent());
    for (Part part : context.excludeReasoning() ? List.<Part>of() : choice.parts()) {
      if (part instanceof Part.Reasoning it) {
        readable.append(it.text());
        details.add(it);
        proven |= it.proof().isPresent();
      } else if (part instanceof Part.Opaque it && Chunk.isDetail(it)) {
        details.add(it);
        proven = true;
      }
    }
    if (!readable.isEmpty()) {
      out.field(openrouter ? "reasoning" : "reasoning_content", readable.toString());
    } else if (openrouter) {
      out.name("reasoning").nullValue();
    }
    if (context.excludeReasoning() || !(openrouter ? proven || !details.isEmpty() : proven)) {
      return;
    }
    out.name("reasoning_details").beginArray();
    int place = 0;
    for (Part part : details) {
      if (part instanceof Part.Reasoning it) {
        ReasoningDetails.write(out, it, place, Envelope.family(context));
      } else if (part instanceof Part.Opaque it) {
        out.value(it.raw());
      }
      place++;
    }
    for (Part.ToolCall call : calls) {
      Optional<Proof> proof = call.proof();
      if (proof.isPresent()) {
        ReasoningDetails.writeSignature(out, call.id(), proof.get(), place++);
      }
    }
    out.endArray();
  }

  private void calls(List<Part.ToolCall> calls) {
    if (calls.isEmpty()) {
      return;
    }
    out.name("tool_calls").beginArray();
    int i = 0;
    for (Part.ToolCall call : calls) {
      out.beginObject();
      if (openrouter) {
        out.field("index", i);
      }
      out.field("id", Chunk.id(call.id(), context, i)).field("type", "function");
      out.name("function").beginObject().field("name", call.name());
      if (call.arguments().isEmpty()) {
        out.field("arguments", "{}");
      } else {
        out.field("arguments", call.arguments());
      }
      out.endObject().endObject();
      i++;
    }
    out.endArray();
  }

  private void media(ChatAnswer.Choice choice) {
    List<Part.Media> images = new ArrayList<>();
    for (Part part : choice.parts()) {
      if (part instanceof Part.Media it && it.kind() == Part.MediaKind.IMAGE) {
        images.add(it);
      } else if (part instanceof Part.Media it
          && it.kind() == Part.MediaKind.AUDIO
          && it.source() instanceof MediaSource.Inline) {
        out.name("audio");
        Chunk.audio(out, it);
      }
    }
    if (!images.isEmpty()) {
      out.name("images").beginArray();
      images.forEach(it -> Chunk.image(out, it));
      out.endArray();
    }
  }

  private void annotations(ChatAnswer.Choice choice) {
    List<Citation> citations = new ArrayList<>();
    List<Raw> others = new ArrayList<>();
    for (Part part : choice.parts()) {
      if (part instanceof Part.Text it) {
        it.citations().stream().filter(Citations::canWrite).forEach(citations::add);
      } else if (part instanceof Part.Opaque it && Chunk.isAnnotation(it)) {
        others.add(it.raw());
      }
    }
    if (citations.isEmpty() && others.isEmpty()) {
      return;
    }
    out.name("annotations").beginArray();
    citations.forEach(it -> Citations.write(out, it));
    others.forEach(out::value);
    out.endArray();
  }
}
