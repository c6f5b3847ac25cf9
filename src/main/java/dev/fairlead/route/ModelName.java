package dev.fairlead.route;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;

/**
 * A model as a caller names it, taken apart: the model itself, with the variants that are rows of
 * the catalogue ({@code :free}), and the variants that only steer routing. Variants stack in any
 * order ({@code :free:online}); of several that sort, the last wins. Other colons belong to the
 * name.
 *
 * @param base without any variant
 * @param catalogued with its catalogue variants, in their order
 * @param sort what {@code :nitro}, {@code :floor} or {@code :exacto} ask for
 * @param admitsPriority {@code :nitro}: endpoints of the priority tier too
 * @param admitsFlex {@code :floor}: endpoints of the flex tier too
 * @param online {@code :online}: with a web search
 * @param thinking {@code :thinking}: with reasoning
 */
public record ModelName(
    String base,
    String catalogued,
    Optional<Sort> sort,
    boolean admitsPriority,
    boolean admitsFlex,
    boolean online,
    boolean thinking) {

  private static final Set<String> CATALOGUE = Set.of("free", "batch", "thinking", "extended");
  private static final Set<String> ROUTING = Set.of("nitro", "floor", "exacto", "online");

  public static ModelName of(String name) {
    Deque<String> variants = new ArrayDeque<>();
    String base = name;
    for (int colon = base.lastIndexOf(':'); colon > 0; colon = base.lastIndexOf(':')) {
      String word = base.substring(colon + 1);
      if (!CATALOGUE.contains(word) && !ROUTING.contains(word)) {
        break;
      }
      variants.addFirst(word);
      base = base.substring(0, colon);
    }
    StringBuilder catalogued = new StringBuilder(base);
    Optional<Sort> sort = Optional.empty();
    for (String word : variants) {
      switch (word) {
        case "nitro" -> sort = Optional.of(Sort.THROUGHPUT);
        case "floor" -> sort = Optional.of(Sort.PRICE);
        case "exacto" -> sort = Optional.of(Sort.EXACTO);
        case "online" -> {} // kept as a flag below; it does not steer who answers
        default -> catalogued.append(':').append(word);
      }
    }
    return new ModelName(
        base,
        catalogued.toString(),
        sort,
        variants.contains("nitro"),
        variants.contains("floor"),
        variants.contains("online"),
        variants.contains("thinking"));
  }

  /** Named as a free row of the catalogue. */
  boolean free() {
    return catalogued.endsWith(":free") || catalogued.contains(":free:");
  }

  /** Named with a variant that lives on as a wish where the catalogue has no row of it. */
  boolean onlyDeprecatedVariants() {
    String variants = catalogued.substring(base.length());
    return !variants.isEmpty() && variants.replaceAll(":(thinking|extended)", "").isEmpty();
  }
}
