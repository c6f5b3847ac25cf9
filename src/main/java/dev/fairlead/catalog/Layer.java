package dev.fairlead.catalog;

import dev.fairlead.config.ConfigNode;
import dev.fairlead.config.ConfigReader;
import dev.fairlead.config.Place;
import dev.fairlead.config.Problems;
import dev.fairlead.config.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Lays one source of facts over a draft: a catalog folder, a refreshed overlay, or the parts of the
 * gateway's configuration file that are the catalog's.
 *
 * <p>In the shipped catalog everything must be stated and every name must be known. In a user's
 * files ({@code configured}) an endpoint may name a model that nobody describes and may leave its
 * capabilities unstated.
 */
final class Layer {
  private final Draft draft;
  private final Problems problems;
  private final boolean configured;
  private final Set<String> endpointsHere = new HashSet<>();
  private final Set<String> modelsHere = new HashSet<>();

  Layer(Draft draft, Problems problems, boolean configured) {
    this.draft = draft;
    this.problems = problems;
    this.configured = configured;
  }

  /** {@code models/*.yaml} first, then {@code providers/*.yaml}, each in the order of names. */
  void folder(Path folder) {
    Place place = new Place(folder.toString(), 0, 0);
    if (!Files.isDirectory(folder)) {
      problems.add(place, "catalog", "is no folder", "make it, or correct its path");
      return;
    }
    files(folder.resolve("models"), (slug, root) -> models(Section.of(root, "", problems)));
    files(folder.resolve("providers"), this::provider);
    aliases(place);
  }

  private void files(Path folder, BiConsumer<String, ConfigNode> each) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> found = Files.list(folder)) {
      List<Path> files = found.filter(p -> p.toString().endsWith(".yaml")).sorted().toList();
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        ConfigNode root =
            ConfigReader.readVerbatim(file.toString(), Files.readAllBytes(file), problems);
        each.accept(name.substring(0, name.length() - ".yaml".length()), root);
      }
    } catch (IOException e) {
      problems.add(
          new Place(folder.toString(), 0, 0), "catalog", "cannot be read", String.valueOf(e));
    }
  }

  private void models(Section root) {
    for (Section s : root.sections("models")) {
      model(s);
    }
    root.end();
  }

  private void model(Section s) {
    String id = s.requiredText("id");
    if (!id.matches("~?[a-z0-9][a-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*(:[a-z0-9-]+)?")) {
      s.problem("id", "is no `author/slug`", "write it as in openai/gpt-4o");
      return;
    }
    if (!modelsHere.add(id)) {
      s.problem("id", "is the id of another model too", "keep one of them");
    }
    draft.put(ModelReader.read(s, id, draft.model(id)));
  }

  /** One provider's file: the slug is the file's name. */
  private void provider(String slug, ConfigNode root) {
    Section s = Section.of(root, "", problems);
    Optional<Provider> known = draft.provider(slug);
    if (known.isEmpty() && !s.has("base_url")) {
      s.missing("base_url");
    }
    draft.put(ProviderReader.read(slug, s, known));
    for (Section e : s.sections("endpoints")) {
      endpoint(e, slug);
    }
    s.end();
  }

  /** The configuration's {@code endpoints:}. */
  void endpoints(ConfigNode list) {
    for (Section s : Section.list(list, "endpoints", problems)) {
      String slug = s.requiredText("provider");
      if (draft.provider(slug).isPresent()) {
        endpoint(s, slug);
      } else if (!slug.isEmpty()) {
        s.problem("provider", "is not known", "define `" + slug + "` under `providers:`");
      }
    }
  }

  /** What a refresh found: models and endpoints, of which some may be gone. */
  void overlay(ConfigNode file) {
    Section root = Section.of(file, "", problems);
    root.text("refreshed");
    for (Section s : root.sections("models")) {
      model(s);
    }
    for (Section s : root.sections("endpoints")) {
      String slug = s.requiredText("provider");
      if (draft.provider(slug).isPresent() && draft.model(s.text("model", "")).isPresent()) {
        endpoint(s, slug);
      }
    }
    root.end();
  }

  private void endpoint(Section s, String slug) {
    Provider provider = draft.provider(slug).orElseThrow();
    String name = s.requiredText("model");
    String tag = s.text("tag", slug);
    if (name.isEmpty()) {
      return;
    }
    if (!tag.equals(slug) && !tag.startsWith(slug + "/")) {
      s.problem("tag", "must be `" + slug + "/…`", "begin it with the provider's slug");
    }
    Optional<Model> model = draft.model(name);
    if (model.isEmpty() && !configured) {
      s.problem("model", "`" + name + "` is not known", "describe it in models/");
      return;
    }
    String id = EndpointReader.id(tag, name);
    if (!endpointsHere.add(id)) {
      s.problem("model", "has an endpoint with this tag already", "give one of them a `tag:`");
    }
    Endpoint endpoint =
        EndpointReader.read(s, name, tag, provider, draft.endpoint(id), model, configured);
    check(s, endpoint);
    if (model.isEmpty()) {
      draft.put(
          ModelReader.unknown(
              name, endpoint.contextLength(), endpoint.input(), endpoint.maxOutput()));
    }
    draft.put(endpoint);
  }

  private static void check(Section s, Endpoint e) {
    OptionalLong most = e.maxOutput();
    if (most.isPresent() && most.getAsLong() > e.contextLength()) {
      s.problem(
          "max_completion_tokens",
          "is more than the context of " + e.contextLength(),
          "correct one of them");
    }
  }

  private void aliases(Place place) {
    for (String id : draft.modelIds()) {
      Optional<String> target = draft.model(id).flatMap(Model::aliasTarget);
      if (target.isPresent() && draft.model(target.get()).isEmpty()) {
        problems.add(
            place, "`" + id + "`", "stands for `" + target.get() + "`, which is not known", "");
      }
    }
  }
}
