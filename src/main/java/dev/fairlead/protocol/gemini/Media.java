package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Text;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Media types and the places where media are. */
final class Media {
  static final String FILES = "https://generativelanguage.googleapis.com/v1beta/";

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("png", "image/png"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("webp", "image/webp"),
          Map.entry("gif", "image/gif"),
          Map.entry("heic", "image/heic"),
          Map.entry("heif", "image/heif"),
          Map.entry("bmp", "image/bmp"),
          Map.entry("pdf", "application/pdf"),
          Map.entry("mp3", "audio/mpeg"),
          Map.entry("wav", "audio/wav"),
          Map.entry("ogg", "audio/ogg"),
          Map.entry("flac", "audio/flac"),
          Map.entry("m4a", "audio/mp4"),
          Map.entry("mp4", "video/mp4"),
          Map.entry("webm", "video/webm"),
          Map.entry("mov", "video/quicktime"),
          Map.entry("mpeg", "video/mpeg"),
          Map.entry("txt", "text/plain"),
          Map.entry("csv", "text/csv"),
          Map.entry("html", "text/html"),
          Map.entry("json", "application/json"));

  private Media() {}

  static Part.MediaKind kind(String mediaType) {
    String type = mediaType.toLowerCase(Locale.ROOT);
    if (type.startsWith("image/")) {
      return Part.MediaKind.IMAGE;
    }
    if (type.startsWith("audio/")) {
      return Part.MediaKind.AUDIO;
    }
    return type.startsWith("video/") ? Part.MediaKind.VIDEO : Part.MediaKind.DOCUMENT;
  }

  static MediaSource inline(JsonNode inlineData) {
    return new MediaSource.Inline(
        Names.get(inlineData, "mimeType").textOr("application/octet-stream"),
        inlineData.get("data").asTextOr(Text.EMPTY));
  }

  /** A file of Google's stores is bound to its project; any other address is an address. */
  static MediaSource file(JsonNode fileData) {
    JsonNode uri = Names.get(fileData, "fileUri");
    Optional<String> type = Names.get(fileData, "mimeType").textIfAny();
    String address = uri.textOr("");
    return isStored(address)
        ? new MediaSource.FileId(address, type, Optional.of(GeminiCodec.FAMILY))
        : new MediaSource.Url(uri.asTextOr(Text.EMPTY), type);
  }

  static boolean isStored(String address) {
    return address.startsWith("gs://")
        || address.startsWith("files/")
        || address.startsWith("https://generativelanguage.googleapis.com/");
  }

  static boolean isYouTube(String address) {
    return address.matches("https?://(www\\.|m\\.)?(youtube\\.com|youtu\\.be)/.*");
  }

  /** The media type that an address or a file name speaks of, by its ending. */
  static Optional<String> typeOf(String name) {
    String path = name;
    int cut = path.indexOf('?');
    path = cut < 0 ? path : path.substring(0, cut);
    cut = path.indexOf('#');
    path = cut < 0 ? path : path.substring(0, cut);
    int dot = path.lastIndexOf('.');
    return dot < 0
        ? Optional.empty()
        : Optional.ofNullable(TYPES.get(path.substring(dot + 1).toLowerCase(Locale.ROOT)));
  }

  /** The media type that the first bytes of base64 data speak of. */
  static Optional<String> sniff(Text base64) {
    String data = base64.toString();
    if (data.startsWith("iVBORw0KGgo")) {
      return Optional.of("image/png");
    }
    if (data.startsWith("/9j/")) {
      return Optional.of("image/jpeg");
    }
    if (data.startsWith("R0lGOD")) {
      return Optional.of("image/gif");
    }
    if (data.startsWith("UklGR")) {
      return Optional.of("image/webp");
    }
    return data.startsWith("JVBERi0") ? Optional.of("application/pdf") : Optional.empty();
  }
}
