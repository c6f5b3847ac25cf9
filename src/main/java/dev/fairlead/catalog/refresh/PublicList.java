package dev.fairlead.catalog.refresh;

import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.MalformedJson;
import java.util.List;
import java.util.Optional;

/** A public list of models and prices, recognized by its content. */
public final class PublicList {
  /** Whose list it is. */
  public enum Kind {
    /** {@code api.json} of models.dev. */
    MODELS_DEV(true),
    /** {@code model_prices_and_context_window.json} of LiteLLM. */
    LITELLM(false),
    /** OpenRouter's {@code GET /models}. */
    OPENROUTER(true);

    /** It claims to be whole: what is missing is gone. */
    final boolean complete;

    Kind(boolean complete) {
      this.complete = complete;
    }
  }

  private final Kind kind;
  private final List<Listing> listings;

  private PublicList(Kind kind, List<Listing> listings) {
    this.kind = kind;
    this.listings = List.copyOf(listings);
  }

  /** Empty when the bytes are no such list. */
  public static Optional<PublicList> read(byte[] bytes) {
    JsonNode root;
    try {
      root = Json.read(bytes, JsonLimits.RESPONSE).root();
    } catch (MalformedJson e) {
      return Optional.empty();
    }
    return kind(root).map(kind -> new PublicList(kind, listings(kind, root)));
  }

  private static List<Listing> listings(Kind kind, JsonNode root) {
    return switch (kind) {
      case MODELS_DEV -> ModelsDevList.read(root);
      case LITELLM -> LiteLlmList.read(root);
      case OPENROUTER -> OpenRouterList.read(root);
    };
  }

  private static Optional<Kind> kind(JsonNode root) {
    if (root.get("data").isArray()) {
      return root.get("data").at(0).get("pricing").isObject()
          ? Optional.of(Kind.OPENROUTER)
          : Optional.empty();
    }
    for (JsonNode.Member member : root.members()) {
      if (member.value().get("litellm_provider").isString()) {
        return Optional.of(Kind.LITELLM);
      }
      if (member.value().get("models").isObject()) {
        return Optional.of(Kind.MODELS_DEV);
      }
    }
    return Optional.empty();
  }

  public Kind kind() {
    return kind;
  }

  public int size() {
    return listings.size();
  }

  List<Listing> listings() {
    return listings;
  }
}
