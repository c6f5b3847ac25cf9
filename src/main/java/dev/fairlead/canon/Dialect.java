package dev.fairlead.canon;

import java.util.Optional;

/** A wire protocol family for conversations, as clients and providers speak it. */
public enum Dialect {
  OPENAI_CHAT("openai-chat"),
  OPENAI_RESPONSES("openai-responses"),
  ANTHROPIC("anthropic"),
  GEMINI("gemini"),
  BEDROCK("bedrock"),
  COHERE("cohere");

  private final String id;

  Dialect(String id) {
    this.id = id;
  }

  /** The name in configuration, catalog and records. */
  public String id() {
    return id;
  }

  public static Optional<Dialect> of(String id) {
    for (Dialect dialect : values()) {
      if (dialect.id.equals(id)) {
        return Optional.of(dialect);
      }
    }
    return Optional.empty();
  }
}
