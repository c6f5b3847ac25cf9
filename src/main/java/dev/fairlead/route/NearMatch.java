package dev.fairlead.route;

import dev.fairlead.catalog.Model;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Models with a name like a mistyped one. Used only when a request fails anyway. */
final class NearMatch {
  private static final int MOST = 3;
  private static final int LONGEST = 128;

  private record Near(String id, int distance) {}

  private NearMatch() {}

  static List<String> of(String name, Collection<Model> models) {
    String wanted = name.toLowerCase(Locale.ROOT);
    if (wanted.length() > LONGEST || wanted.isEmpty()) {
      return List.of();
    }
    int most = Math.max(1, Math.min(4, wanted.length() / 4));
    return models.stream()
        .filter(model -> !model.id().startsWith("~"))
        .map(model -> new Near(model.id(), distance(wanted, model.id(), most)))
        .filter(near -> near.distance() <= most)
        .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::id))
        .limit(MOST)
        .map(Near::id)
        .toList();
  }

  /** Of the whole id or, for who left the author out, of the part after the slash. */
  private static int distance(String wanted, String id, int most) {
    String lower = id.toLowerCase(Locale.ROOT);
    int whole = edits(wanted, lower, most);
    int slash = lower.indexOf('/');
    return slash < 0 || wanted.indexOf('/') >= 0
        ? whole
        : Math.min(whole, edits(wanted, lower.substring(slash + 1), most));
  }

  /** Levenshtein's distance; anything above {@code most} is some number above it. */
  private static int edits(String a, String b, int most) {
    if (Math.abs(a.length() - b.length()) > most) {
      return most + 1;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
