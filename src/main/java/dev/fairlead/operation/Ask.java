package dev.fairlead.operation;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Refused;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Principal;
import dev.fairlead.protocol.Flavour;
import java.util.List;
import java.util.Optional;

/**
 * A request to an operation.
 *
 * @param caller empty for somebody without a key, where the operation wants none
 * @param values what stood in the path for its variables, in their order
 */
public record Ask(
    ServerRequest request, Paths path, Optional<Principal> caller, List<String> values) {
  public Ask {
    values = List.copyOf(values);
  }

  public static Refused noKey() {
    return new Keys.Verdict.Missing().refusal();
  }

  /** What stood in the path for its first variable; empty text where there is none. */
  public String name() {
    return values.isEmpty() ? "" : values.get(0);
  }

  /** The caller, whom the operation cannot do without. */
  public Principal principal() throws Refused {
    return caller.orElseThrow(Ask::noKey);
  }

  public Optional<String> parameter(String parameter) {
    return request.query().isEmpty() ? Optional.empty() : request.parameter(parameter);
  }

  public boolean openRouter() {
    return path.flavour() == Flavour.OPENROUTER;
  }

  /** Which client it is: lists and failures come in its dialect. */
  public Dialect dialect() {
    return dialect(request, path);
  }

  public static Dialect dialect(ServerRequest request, Paths path) {
    if (path.gemini()) {
      return Dialect.GEMINI;
    }
    boolean anthropic =
        path.flavour() == Flavour.VENDOR && request.headers().get("anthropic-version").isPresent();
    return anthropic || path.rest().startsWith("/messages")
        ? Dialect.ANTHROPIC
        : Dialect.OPENAI_CHAT;
  }
}
