package dev.fairlead.operation;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Principal;
import dev.fairlead.identity.Tenants;
import dev.fairlead.identity.Workspace;
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

  /** The organization that it is about: the caller's own, or another that an operator names. */
  public String organization(Tenants tenants) throws Refused {
    return organization(tenants, parameter("organization_id"));
  }

  /**
   * The same, where it is named elsewhere.
   *
   * @param named its id; empty for the caller's own
   */
  public String organization(Tenants tenants, Optional<String> named) throws Refused {
    Principal caller = principal();
    String id = named.orElse(caller.organization());
    if (!id.equals(caller.organization())) {
      if (!caller.operator()) {
        throw notOperator();
      }
      if (tenants.organization(id).isEmpty()) {
        throw new Refused(
            Fault.client(Fault.Kind.NOT_FOUND, "There is no organization '" + shown(id) + "'."));
      }
    }
    return id;
  }

  /** A workspace of an organization, by its id or its slug. */
  public static Workspace workspace(Tenants tenants, String organization, String named)
      throws Refused {
    return tenants
        .workspace(organization, named)
        .orElseThrow(
            () ->
                new Refused(
                    Fault.client(
                        Fault.Kind.NOT_FOUND,
                        "There is no workspace '"
                            + shown(named)
                            + "'. GET /workspaces lists those that there are.")));
  }

  private static String shown(String id) {
    return id.length() > 64 ? id.substring(0, 64) + "…" : id;
  }

  public static Refused notOperator() {
    return new Refused(
        Fault.client(
            Fault.Kind.FORBIDDEN,
            "Only management keys of the operator's organization can do this. The management keys"
                + " of another look after that one alone."));
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
