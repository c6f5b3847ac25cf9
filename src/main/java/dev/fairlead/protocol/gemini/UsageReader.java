package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.Usage;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Raw;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Adds up usageMetadata. Each one is cumulative and replaces the one before, member by member,
 * because some chunks state only a part. Prompt tokens of tools stand beside the prompt's, thoughts
 * beside the candidates'; canon counts each pair as one.
 */
final class UsageReader {
  private static final List<String> COUNTS =
      List.of(
          "promptTokenCount",
          "toolUsePromptTokenCount",
          "candidatesTokenCount",
          "thoughtsTokenCount",
          "cachedContentTokenCount",
          "totalTokenCount");
  private static final List<String> DETAILS =
      List.of(
          "promptTokensDetails",
          "toolUsePromptTokensDetails",
          "candidatesTokensDetails",
          "cacheTokensDetails");

  private final Map<String, Long> counts = new HashMap<>();
  private final Map<String, Map<String, Long>> details = new HashMap<>();
  private final Map<Integer, Integer> searches = new HashMap<>();
  private @Nullable Raw last;

  /** Takes the object; true when it counted anything. */
  boolean read(JsonNode metadata) {
    boolean any = false;
    for (String name : COUNTS) {
      JsonNode count = Names.get(metadata, name);
      if (count.isNumber()) {
        counts.put(name, Math.max(0, count.longOr(0)));
        any = true;
      }
    }
    for (String name : DETAILS) {
      JsonNode list = Names.get(metadata, name);
      if (list.isArray()) {
        Map<String, Long> shares = new HashMap<>();
        for (JsonNode share : list.items()) {
          shares.merge(
              modality(share.get("modality")),
              Math.max(0, Names.get(share, "tokenCount").longOr(0)),
              Long::sum);
        }
        details.put(name, shares);
      }
    }
    if (any) {
      last = metadata.raw();
    }
    return any;
  }

  /** Takes note of a candidate's web searches; true when that changes the usage. */
  boolean searched(int candidate, JsonNode queries) {
    int n = 0;
    for (JsonNode query : queries.items()) {
      n += query.textOr("").isBlank() ? 0 : 1;
    }
    Integer before = n == 0 ? Integer.valueOf(0) : searches.put(candidate, n);
    return n > 0 && (before == null || before != n) && last != null;
  }

  Usage usage() {
    long thoughts = count("thoughtsTokenCount");
    return new Usage(
        count("promptTokenCount") + count("toolUsePromptTokenCount"),
        count("candidatesTokenCount") + thoughts,
        count("cachedContentTokenCount"),
        0,
        0,
        thoughts,
        input("AUDIO"),
        share("cacheTokensDetails", "AUDIO"),
        share("candidatesTokensDetails", "AUDIO"),
        input("IMAGE"),
        input("VIDEO"),
        share("candidatesTokensDetails", "IMAGE"),
        searches.values().stream().mapToLong(Integer::longValue).sum(),
        Optional.empty(),
        Optional.ofNullable(last));
  }

  private long count(String name) {
    return counts.getOrDefault(name, 0L);
  }

  private long input(String modality) {
    return share("promptTokensDetails", modality) + share("toolUsePromptTokensDetails", modality);
  }

  private long share(String list, String modality) {
    return details.getOrDefault(list, Map.of()).getOrDefault(modality, 0L);
  }

  private static String modality(JsonNode modality) {
    return switch ((int) modality.longOr(0)) {
      case 1 -> "TEXT";
      case 2 -> "IMAGE";
      case 3 -> "VIDEO";
      case 4 -> "AUDIO";
      case 5 -> "DOCUMENT";
      default -> modality.textOr("");
    };
  }
}
