package dev.fairlead.protocol.openaichat;

/** OpenAI's words for audio formats, and media types. */
final class AudioFormats {
  private AudioFormats() {}

  static String mediaType(String format) {
    return format.equals("mp3") ? "audio/mpeg" : "audio/" + format;
  }

  static String format(String mediaType) {
    String sub = mediaType.substring(mediaType.indexOf('/') + 1);
    return switch (sub) {
      case "mpeg" -> "mp3";
      case "x-wav", "wave", "vnd.wave" -> "wav";
      case "mp4", "x-m4a" -> "m4a";
      default -> sub;
    };
  }
}
