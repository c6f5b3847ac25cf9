package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.protocol.Target;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Raw;
import java.util.Optional;

/**
 * How the wanted form of an answer is asked for: natively where the model can, otherwise by an
 * instruction, whose answer is plain text and needs no unwrapping.
 *
 * @param format the value of {@code output_config.format}
 * @param instruction a text for the system
 */
record AnswerShape(Optional<Raw> format, Optional<String> instruction) {
  private static final String ONLY_JSON =
      "Answer with one JSON object and nothing else: no prose around it, no code fence.";

  static AnswerShape plan(ChatRequest request, Target target, Losses losses) {
    return switch (request.format()) {
      case OutputFormat.Unset u -> new AnswerShape(Optional.empty(), Optional.empty());
      case OutputFormat.PlainText p -> new AnswerShape(Optional.empty(), Optional.empty());
      case OutputFormat.JsonObject o -> {
        losses.add("", "response_format", "the model is instructed to answer with JSON; nothing enforces it");
        yield new AnswerShape(Optional.empty(), Optional.of(ONLY_JSON));
      }
      case OutputFormat.JsonSchema schema -> schema(request, schema, target, losses);
      case OutputFormat.Native special -> {
        if (special.dialect() == Dialect.ANTHROPIC) {
          yield new AnswerShape(Optional.of(special.raw()), Optional.empty());
        }
        losses.add("", "response_format", "only " + special.dialect().id() + " has it; left out");
        yield new AnswerShape(Optional.empty(), Optional.empty());
      }
    };
  }

  private static AnswerShape schema(
      ChatRequest request, OutputFormat.JsonSchema format, Target target, Losses losses) {
    boolean own = request.extras().dialect() == Dialect.ANTHROPIC;
    boolean can = target.traits().contains(Target.Trait.NATIVE_JSON_SCHEMA);
    if (can && (own || closed(format.schema().node()))) {
      format
          .description()
          .ifPresent(d -> losses.add("", "response_format.description", "a format has none here"));
      Raw written =
          new dev.fairlead.wire.JsonWriter()
              .beginObject()
              .field("type", "json_schema")
              .field("schema", format.schema())
              .endObject()
              .toRaw();
      return new AnswerShape(Optional.of(written), Optional.empty());
    }
    losses.add("", "response_format", can
            ? "the schema leaves objects open, which the API refuses; the model is instructed instead"
            : "this model has no output format; it is instructed, and nothing enforces the schema");
    String description = format.description().map(d -> " (" + d + ")").orElse("");
    return new AnswerShape(
        Optional.empty(),
        Optional.of(
            "Answer with one JSON value"
                + description
                + " that conforms to the JSON Schema below and nothing else: no prose around it, no"
                + " code fence.\n"
                + format.schema()));
  }

  /** The API takes only schemas whose objects all say {@code additionalProperties: false}. */
  static boolean closed(JsonNode schema) {
    if (schema.isObject()) {
      boolean object = schema.get("type").textIs("object");
      if (object && schema.get("additionalProperties").boolOr(true)) {
        return false;
      }
      for (JsonNode.Member member : schema.members()) {
        boolean data = member.name().equals("const") || member.name().equals("default");
        if (!data && !closed(member.value())) {
          return false;
        }
      }
    }
    for (JsonNode item : schema.items()) {
      if (!closed(item)) {
        return false;
      }
    }
    return true;
  }
}
