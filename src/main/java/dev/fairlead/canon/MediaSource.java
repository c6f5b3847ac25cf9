package dev.fairlead.canon;

import dev.fairlead.wire.Text;
import java.util.Optional;

/** Where the bytes of a medium are. */
public sealed interface MediaSource {
  /** In the request itself. */
  record Inline(String mediaType, Text base64) implements MediaSource {}

  /** At an address that the provider, or we, can fetch. */
  record Url(Text url, Optional<String> mediaType) implements MediaSource {}

  /** In a provider's file store; means nothing elsewhere. */
  record FileId(String id, Optional<String> mediaType, Optional<String> issuedBy)
      implements MediaSource {}

  /** A document given as plain text. */
  record PlainText(Text text) implements MediaSource {}
}
