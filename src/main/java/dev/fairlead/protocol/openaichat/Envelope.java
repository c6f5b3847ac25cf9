package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.wire.JsonWriter;

/** What stands around the choices, in chunks and in whole answers. */
final class Envelope {
  private Envelope() {}

  /** Opens the object and writes its head; the caller goes on with {@code choices}. */
  static JsonWriter open(AnswerContext context, boolean chunk, Extras extras) {
    JsonWriter out = new JsonWriter(256).beginObject().field("id", context.generationId());
    if (context.flavour() == Flavour.OPENROUTER) {
      out.field("provider", context.provider());
    }
    out.field("model", context.model());
    out.field(
        "object",
        context.legacyCompletion()
            ? "text_completion"
            : chunk ? "chat.completion.chunk" : "chat.completion");
    out.field("created", context.created());
    if (extras.dialect() == Dialect.OPENAI_CHAT) {
      extras
          .members()
          .forEach(
              (name, value) -> {
                if (!name.equals("provider")) {
                  out.field(name, value);
                }
              });
    }
    if (!chunk
        && context.flavour() == Flavour.OPENROUTER
        && !extras.members().containsKey("system_fingerprint")) {
      out.name("system_fingerprint").nullValue();
    }
    return out;
  }

  /** The issuer whose format thoughts without a proof are labelled with. */
  static java.util.Optional<String> family(AnswerContext context) {
    int slash = context.model().indexOf('/');
    return slash > 0
        ? java.util.Optional.of(context.model().substring(0, slash))
        : java.util.Optional.empty();
  }
}
