package dev.fairlead.canon;

import dev.fairlead.wire.Raw;
import java.util.List;
import java.util.Optional;

/** A piece of a turn. */
public sealed interface Part {
  /** What the dialect said here and canon does not model. */
  Extras extras();

  record Text(
      dev.fairlead.wire.Text text,
      Optional<CacheMark> cache,
      List<Citation> citations,
      Extras extras)
      implements Part {
    public Text {
      citations = List.copyOf(citations);
    }
  }

  /** What kind of reasoning a part holds. */
  enum ReasoningKind {
    /** The model's thinking itself. */
    FULL,
    /** The provider's summary of it. */
    SUMMARY,
    /** Unreadable: only the proof counts. */
    ENCRYPTED
  }

  /**
   * @param id the dialect's own id of the item, where it has one
   */
  record Reasoning(
      ReasoningKind kind,
      dev.fairlead.wire.Text text,
      Optional<Proof> proof,
      Optional<String> id,
      Extras extras)
      implements Part {}

  /** What a medium is. */
  enum MediaKind {
    IMAGE,
    AUDIO,
    VIDEO,
    DOCUMENT
  }

  /**
   * @param detail how closely to look, in OpenAI's words ({@code low}, {@code high}, {@code auto})
   */
  record Media(
      MediaKind kind,
      MediaSource source,
      Optional<String> filename,
      Optional<String> detail,
      Optional<CacheMark> cache,
      Extras extras)
      implements Part {}

  /**
   * The model's wish to call a tool of the caller.
   *
   * @param id empty when the dialect gave none
   * @param arguments JSON as text, exactly as the model wrote it, valid or not
   * @param proof Gemini's thought signature on the call
   */
  record ToolCall(
      String id,
      String name,
      dev.fairlead.wire.Text arguments,
      Optional<Proof> proof,
      Optional<CacheMark> cache,
      Extras extras)
      implements Part {}

  /**
   * What the caller's tool answered.
   *
   * @param name the tool's name where the dialect carries it; otherwise empty
   */
  record ToolResult(
      String callId,
      Optional<String> name,
      List<Part> content,
      boolean error,
      Optional<CacheMark> cache,
      Extras extras)
      implements Part {
    public ToolResult {
      content = List.copyOf(content);
    }
  }

  record Refusal(dev.fairlead.wire.Text text, Extras extras) implements Part {}

  /** A part that only its dialect understands (server tool calls, compaction, …), verbatim. */
  record Opaque(Dialect dialect, String kind, Raw raw) implements Part {
    @Override
    public Extras extras() {
      return Extras.none(dialect);
    }
  }
}
