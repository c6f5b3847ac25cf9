package dev.fairlead.catalog;

import dev.fairlead.config.ConfigNode;
import dev.fairlead.config.ConfigProblem;
import dev.fairlead.config.GatewayConfig;
import dev.fairlead.config.Problems;
import dev.fairlead.config.Secret;
import dev.fairlead.config.Section;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The catalog's part of the configuration file: {@code providers:} and {@code endpoints:} laid over
 * a catalog, and the providers' credentials, which never become part of it.
 */
public final class CatalogConfig {
  private CatalogConfig() {}

  /**
   * @param credentials by provider slug: from {@code api_key} in the file, else from the first of
   *     the provider's environment variables that is set
   */
  public record Bound(
      Catalog catalog, Map<String, Secret> credentials, List<ConfigProblem> problems) {
    public Bound {
      credentials = Map.copyOf(credentials);
      problems = List.copyOf(problems);
    }

    /** It can be called: it wants no credential, or there is one. */
    public boolean live(Provider provider) {
      return provider.builtin()
          || provider.auth() instanceof Auth.None
          || credentials.containsKey(provider.slug());
    }
  }

  /**
   * @param base the shipped catalog with the refreshed overlay and the local folder over it
   * @param environment the process's variables, by name
   */
  public static Bound bind(
      Catalog base, GatewayConfig config, Function<String, Optional<String>> environment) {
    Problems problems = new Problems();
    Draft draft = new Draft(base);
    Map<String, Secret> credentials = new HashMap<>();
    config.providers().ifPresent(node -> providers(draft, node, credentials, problems));
    Layer layer = new Layer(draft, problems, true);
    config.endpoints().ifPresent(layer::endpoints);
    for (String slug : List.copyOf(draft.providerSlugs())) {
      draft.provider(slug).ifPresent(p -> credential(draft, p, credentials, environment));
    }
    return new Bound(draft.build(), credentials, problems.list());
  }

  private static void providers(
      Draft draft, ConfigNode node, Map<String, Secret> credentials, Problems problems) {
    Section all = Section.of(node, "providers", problems);
    for (ConfigNode.Entry entry : all.entries()) {
      String slug = entry.key();
      Section s = Section.of(entry.value(), "providers." + slug, problems);
      Optional<Provider> known = draft.provider(slug);
      if (known.isEmpty() && !s.has("base_url")) {
        all.unknown(entry, draft.providerSlugs(), "is not in the catalog and has no `base_url`");
        continue;
      }
      draft.put(ProviderReader.read(slug, s, known));
      s.secret("api_key")
          .map(key -> new Secret(key.reveal().strip()))
          .filter(key -> !key.isEmpty())
          .ifPresent(key -> credentials.put(slug, key));
      if (s.flag("disabled", false)) {
        draft.disable(slug);
      }
      s.end();
    }
  }

  private static void credential(
      Draft draft,
      Provider provider,
      Map<String, Secret> credentials,
      Function<String, Optional<String>> environment) {
    if (provider.auth() instanceof Auth.None) {
      return;
    }
    for (String name : provider.environment()) {
      environment
          .apply(name)
          .map(String::strip)
          .filter(value -> !value.isEmpty())
          .ifPresent(value -> credentials.putIfAbsent(provider.slug(), new Secret(value)));
    }
    if (credentials.containsKey(provider.slug()) && !located(draft, provider, environment)) {
      credentials.remove(provider.slug());
    }
  }

  /** Fills the variables of the base URL in; false when one of them is not set. */
  private static boolean located(
      Draft draft, Provider provider, Function<String, Optional<String>> environment) {
    String url = provider.baseUrl().toString();
    for (String name : provider.variables()) {
      if (!url.contains(name)) {
        continue;
      }
      Optional<String> value = environment.apply(name).filter(v -> v.matches("[A-Za-z0-9._-]+"));
      if (value.isEmpty()) {
        return false;
      }
      url = url.replace(name, value.get());
    }
    if (!url.equals(provider.baseUrl().toString())) {
      draft.put(provider.withBaseUrl(URI.create(url)));
    }
    return true;
  }
}
