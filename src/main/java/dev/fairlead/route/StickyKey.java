package dev.fairlead.route;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Turn;
import java.util.Optional;

/**
 * By what a conversation is known again: who calls, which model, and the first of session id of the
 * body, of the header, prompt cache key, or a hash of how the conversation begins.
 *
 * @param scope whose it is; two callers never share a key
 * @param conversation the word, with its kind before it, so that kinds cannot meet
 * @param named the caller named the session itself
 */
public record StickyKey(String scope, String model, String conversation, boolean named) {

  /**
   * @param sessionHeader the value of {@code X-Session-Id}
   */
  public static StickyKey of(
      String scope,
      String model,
      RoutingWish wish,
      Optional<String> sessionHeader,
      ChatRequest request) {
    Optional<String> session = wish.sessionId().or(() -> sessionHeader);
    if (session.isPresent()) {
      return new StickyKey(scope, model, "session:" + session.get(), true);
    }
    return new StickyKey(
        scope,
        model,
        wish.promptCacheKey().map(key -> "cache:" + key).orElseGet(() -> "begins:" + hash(request)),
        false);
  }

  /**
   * The first instruction and the first other message. A clash costs a detour within one caller's
   * own traffic, so the hash need not withstand an attacker.
   */
  private static String hash(ChatRequest request) {
    long hash = 1;
    boolean instruction = false;
    boolean other = false;
    for (Turn turn : request.turns()) {
      boolean instructs = turn.role() == Role.SYSTEM || turn.role() == Role.DEVELOPER;
      if (instructs ? instruction : other) {
        continue;
      }
      instruction |= instructs;
      other |= !instructs;
      for (Part part : turn.parts()) {
        hash = 31 * (hash ^ (hash >>> 29)) * 0x9E3779B97F4A7C15L + part(part);
      }
      if (instruction && other) {
        break;
      }
    }
    return Long.toHexString(hash);
  }

  private static int part(Part part) {
    return part instanceof Part.Text text
        ? text.text().hashCode()
        : part.getClass().getSimpleName().hashCode();
  }
}
