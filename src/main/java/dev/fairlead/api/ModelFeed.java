package dev.fairlead.api;

import dev.fairlead.catalog.Model;
import dev.fairlead.http.ServerRequest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** The list of models as RSS 2.0. */
final class ModelFeed {
  private ModelFeed() {}

  static String render(ServerRequest request, List<Model> models) {
    String base = base(request);
    StringBuilder out = new StringBuilder(1_000 + 500 * models.size());
    out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel>");
    element(out, "title", "Models");
    element(out, "link", base + "/");
    element(out, "description", "The models of this gateway");
    models.forEach(model -> item(out, base, model));
    return out.append("</channel></rss>\n").toString();
  }

  private static void item(StringBuilder out, String base, Model model) {
    out.append("\n<item>");
    element(out, "title", model.name());
    element(out, "link", base + ModelJson.details(model));
    element(out, "description", model.description());
    out.append("<guid isPermaLink=\"false\">").append(escaped(model.id())).append("</guid>");
    if (model.created() > 0) {
      element(
          out,
          "pubDate",
          DateTimeFormatter.RFC_1123_DATE_TIME.format(
              Instant.ofEpochSecond(model.created()).atOffset(ZoneOffset.UTC)));
    }
    out.append("</item>");
  }

  /** As the caller addressed us: a feed's links must be whole. */
  private static String base(ServerRequest request) {
    boolean secure =
        request.headers().get("x-forwarded-proto").filter("https"::equalsIgnoreCase).isPresent();
    return (secure ? "https://" : "http://") + request.headers().get("host").orElse("localhost");
  }

  private static void element(StringBuilder out, String name, String text) {
    out.append('<').append(name).append('>').append(escaped(text));
    out.append("</").append(name).append('>');
  }

  /** XML 1.0 has no place for most control characters, escaped or not: they are left out. */
  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .filter(c -> c >= 0x20 || c == '\n' || c == '\t')
        .filter(c -> c < 0xD800 || (c > 0xDFFF && c < 0xFFFE) || c > 0xFFFF)
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> out.appendCodePoint(c);
              }
            });
    return out.toString();
  }
}
